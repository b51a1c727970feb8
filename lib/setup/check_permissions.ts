/**
 * Whether files that root trusts can be changed by others, or secrets read.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { type Finding, findingsAbout } from "./finding.ts";
import type { RootFolder } from "./root_folder.ts";

const { ok, wrong } = findingsAbout("permissions");

/** Bits of a mode that let the group and others write to a file. */
const OTHERS_WRITE = 0o022;
const GROUP_WRITE = 0o020;
/** That which lets others put files into a folder: some distributions have a group that may. */
const ALL_WRITE = 0o002;
/** That which keeps them from doing so with files of others. */
const STICKY = 0o1000;

/** What is looked at; those that are not there are passed over. */
export interface Writable {
  /** Files that root heeds. */
  readonly files: readonly string[];
  /**
   * Folders that are permaban's alone: no group has business there, while /var/log and /usr/local
   * belong to one on some distributions.
   */
  readonly folders: readonly string[];
  /** Logs: some daemon may own them. */
  readonly logs: readonly string[];
}

/**
 * Looks at who can write to files, and put others in their place.
 *
 * @param writable The files.
 * @param root The machine.
 */
export function checkPermissions(
  { files, folders, logs }: Writable,
  root: RootFolder,
): Finding[] {
  const all = new Set([...files, ...folders].flatMap((path) => [path, ...foldersAbove(path)]));
  const { uid: owner, gid: group } = root.standing("/") ?? {};
  const findings = [...all].flatMap((path): Finding[] => {
    const standing = root.standing(path);
    // A link has no mode of its own, and what it leads to is somewhere else.
    if (!standing || standing.isLink) return [];
    const { mode, uid, gid } = standing;
    const bits = root.hasFolder(path) ? ALL_WRITE : OTHERS_WRITE;
    if (uid !== 0 && uid !== owner) {
      return [
        wrong(`${path} belongs to user ${uid}, and root does what it says`, `chown 0 ${path}`),
      ];
    }
    if ((mode & STICKY) !== 0) return [];
    if ((mode & bits) !== 0) return [wrong(`Others can write to ${path}`, `chmod go-w ${path}`)];
    const isOfGroup = (mode & GROUP_WRITE) !== 0 && gid !== 0 && gid !== group;
    if (!isOfGroup || !folders.includes(path)) return [];
    return [wrong(
      `Group ${gid} can write to ${path}, and put other files in place of those that root heeds`,
      `chmod g-w ${path}`,
    )];
  });
  findings.push(
    ...logs.filter((path) => isForAll(path, root)).map((path) =>
      wrong(
        `Others can write to ${path}: any user can have anybody put on the list`,
        `chmod o-w ${path}`,
      )
    ),
  );
  return findings.length > 0 ? findings : [ok("Only root can write to permaban's files")];
}

function isForAll(path: string, root: RootFolder): boolean {
  const { mode = 0, isLink = false } = root.standing(path) ?? {};
  return !isLink && (mode & ALL_WRITE) !== 0;
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === "/" || folder === path ? [] : [...foldersAbove(folder), folder];
}
