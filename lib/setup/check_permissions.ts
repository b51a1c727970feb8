/**
 * Whether files that root trusts can be changed by others, or secrets read.
 *
 * @module
 */

import { dirname } from "@std/path";
import { type Finding, findingsAbout } from "./finding.ts";
import type { RootFolder } from "./root_folder.ts";

const { ok, wrong } = findingsAbout("permissions");

/** Bits of a mode that let the group and others write to a file. */
const OTHERS_WRITE = 0o022;
/** That which lets others put files into a folder: some distributions have a group that may. */
const ALL_WRITE = 0o002;
/** That which keeps them from doing so with files of others. */
const STICKY = 0o1000;

/**
 * Looks at who can write to files, and put others in their place.
 *
 * @param paths The files; those that are not there are passed over.
 * @param root The machine.
 */
export function checkPermissions(paths: readonly string[], root: RootFolder): Finding[] {
  const all = new Set(paths.flatMap((path) => [path, ...foldersAbove(path)]));
  const owner = root.standing("/")?.uid;
  const findings = [...all].flatMap((path): Finding[] => {
    const standing = root.standing(path);
    // A link has no mode of its own, and what it leads to is somewhere else.
    if (!standing || standing.isLink) return [];
    const { mode, uid } = standing;
    const bits = root.hasFolder(path) ? ALL_WRITE : OTHERS_WRITE;
    if (uid !== 0 && uid !== owner) {
      return [
        wrong(`${path} belongs to user ${uid}, and root does what it says`, `chown 0 ${path}`),
      ];
    }
    if ((mode & bits) === 0 || (mode & STICKY) !== 0) return [];
    return [wrong(`Others can write to ${path}`, `chmod go-w ${path}`)];
  });
  return findings.length > 0 ? findings : [ok("Only root can write to permaban's files")];
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === "/" || folder === path ? [] : [...foldersAbove(folder), folder];
}
