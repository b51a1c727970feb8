/**
 * Finds the log files that arguments name: files, globs, folders, or standard input.
 *
 * @module
 */

import { expandGlob } from "@std/fs/expand-glob";
import { isGlob, join } from "@std/path";
import { readLog } from "./read_log.ts";
import { systemReason } from "./system_reason.ts";

/** Where fail2ban's logs are unless told otherwise, rotated and compressed ones included. */
export const DEFAULT_LOGS = "/var/log/fail2ban.log*";

/** The name of standard input among the arguments. */
export const STDIN = "-";

/** A log to be read. */
export interface LogFile {
  /** Its path, or `-` for standard input. */
  readonly path: string;
  /** Bytes on disk; 0 where that cannot be known. */
  readonly size: number;
  /** When it was last written, in seconds since 1970; absent for standard input. */
  readonly mtime: number | undefined;
  /** Whether it can be read from the beginning again. */
  readonly seekable: boolean;
}

/** The logs that arguments name, and what stands in the way of others. */
export interface FoundLogs {
  /** What to read, in a stable order, each file once. */
  readonly files: LogFile[];
  /** Arguments and files that cannot be read. */
  readonly problems: { readonly path: string; readonly message: string }[];
  /** Files left out because another one holds their text. */
  readonly skipped: { readonly path: string; readonly because: string }[];
}

type Stat = { readonly path: string; readonly info: Deno.FileInfo };

const COMPRESSED = /\.(?:gz|zst|xz|bz2)$/;
/** As much of two logs is compared to tell whether they are one. Bytes. */
const HEAD = 64 * 1024;

/**
 * Finds the logs that arguments name.
 *
 * A file met under several names is read once, and so is a log beside the archive that it is being
 * compressed into.
 *
 * @param patterns Paths of files or folders, globs, or `-`.
 * @returns The logs, and what could not be looked at.
 */
export async function findLogs(patterns: readonly string[]): Promise<FoundLogs> {
  const found: FoundLogs = { files: [], problems: [], skipped: [] };
  const seen = new Map<string, string>();
  const byPath = new Map<string, LogFile>();
  for (const pattern of patterns) {
    for (const path of await pathsOf(pattern, found)) {
      if (path === STDIN) {
        add(found, seen, "stdin", { path, size: 0, mtime: undefined, seekable: false });
        continue;
      }
      const stat = await statOf({ path, named: path === pattern }, found);
      if (!stat) continue;
      const file = logFile(stat);
      if (add(found, seen, identityOf(stat), file)) byPath.set(path, file);
    }
  }
  await dropTwins(found, byPath);
  return found;
}

function add(found: FoundLogs, seen: Map<string, string>, identity: string, file: LogFile) {
  const other = seen.get(identity);
  if (other === undefined) {
    seen.set(identity, file.path);
    found.files.push(file);
    return true;
  }
  if (other !== file.path) {
    found.skipped.push({ path: file.path, because: `it is the same file as "${other}"` });
  }
  return false;
}

/** The paths that one argument stands for, sorted; a path that is none of these is itself. */
async function pathsOf(pattern: string, found: FoundLogs): Promise<string[]> {
  if (pattern === STDIN) return [pattern];
  try {
    if (!(await Deno.stat(pattern)).isDirectory) return [pattern];
  } catch (error) {
    // What else is wrong with it is said when the path itself is looked at.
    if (!(error instanceof Deno.errors.NotFound) || !isGlob(pattern)) return [pattern];
    return await matchesOf(pattern, found);
  }
  return await filesBelow(pattern, found);
}

async function matchesOf(glob: string, found: FoundLogs): Promise<string[]> {
  const paths: string[] = [];
  try {
    for await (const { path } of expandGlob(glob, { includeDirs: false })) paths.push(path);
    if (paths.length === 0) found.problems.push({ path: glob, message: "no file matches" });
  } catch (error) {
    found.problems.push({ path: glob, message: reasonOf(error) });
  }
  return paths.sort();
}

/** The files of a folder and of those in it; one that cannot be looked into hides no others. */
async function filesBelow(folder: string, found: FoundLogs): Promise<string[]> {
  const files: string[] = [];
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
      const path = join(folder, name);
      if (isDirectory) files.push(...await filesBelow(path, found));
      else files.push(path);
    }
  } catch (error) {
    found.problems.push({ path: folder, message: reasonOf(error) });
  }
  return files;
}

async function statOf(
  { path, named }: { path: string; named: boolean },
  found: FoundLogs,
): Promise<Stat | undefined> {
  try {
    const info = await Deno.stat(path);
    // What a glob or a folder turns up is read only if it is a file: a pipe could block for ever.
    if (info.isDirectory || (!info.isFile && !named)) return undefined;
    return { path, info };
  } catch (error) {
    found.problems.push({ path, message: reasonOf(error) });
    return undefined;
  }
}

function identityOf({ path, info }: Stat): string {
  return info.ino === null ? `path ${path}` : `${info.dev}:${info.ino}`;
}

function logFile({ path, info }: Stat): LogFile {
  const mtime = info.isFile && info.mtime ? info.mtime.getTime() / 1000 : undefined;
  return { path, size: info.size, mtime, seekable: info.isFile };
}

/** While logrotate compresses, `X` and a growing `X.gz` are both there; `X` is the whole one. */
async function dropTwins(found: FoundLogs, byPath: Map<string, LogFile>): Promise<void> {
  for (const [path, archive] of byPath) {
    const plain = byPath.get(path.replace(COMPRESSED, ""));
    if (!plain || plain === archive || !await isCopyOf(archive, plain)) continue;
    found.files.splice(found.files.indexOf(archive), 1);
    found.skipped.push({ path, because: `it is being made from "${plain.path}"` });
  }
}

/** Whether a log begins with the text of an archive, so that the archive adds nothing. */
async function isCopyOf(archive: LogFile, plain: LogFile): Promise<boolean> {
  try {
    // An archive in a format that is not read here is taken for what its name says.
    const [copy, original] = [await headOf(archive.path), await headOf(plain.path)];
    return copy.length <= original.length && copy.every((byte, at) => byte === original[at]);
  } catch {
    return false;
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const head = new Uint8Array(HEAD);
  let length = 0;
  try {
    for await (const text of readLog({ read: (buffer) => file.read(buffer) })) {
      const part = text.subarray(0, HEAD - length);
      head.set(part, length);
      length += part.length;
      if (length === HEAD) break;
    }
  } catch {
    // An archive that is still growing ends in the middle: its beginning is what counts.
  }
  return head.subarray(0, length);
}

function reasonOf(error: unknown): string {
  return systemReason(error) ?? String(error);
}
