/**
 * Finds the log files that arguments name: files, globs, folders, or standard input.
 *
 * @module
 */

import { isGlob } from "@std/path/is-glob";
import { basename, dirname, join, resolve } from "@std/path/posix";
import { COMPRESSED, identityOf, type LogFile, STDIN } from "./log_file.ts";
import { systemReason } from "./system_reason.ts";

/** Where fail2ban's logs are unless told otherwise, rotated and compressed ones included. */
export const DEFAULT_LOGS = "/var/log/fail2ban.log*";

/** How often logs are looked for again that are rotated at that very moment. */
const TRIES = 5;
/** As long as it may take to rename some logs, in milliseconds. */
const ROTATION = 20;

/** Why something cannot be read. */
export interface LogProblem {
  /** The argument or file. */
  readonly path: string;
  /** The reason. */
  readonly message: string;
  /** Whether it was renamed or removed between being listed and being looked at. */
  readonly isGone?: boolean;
}

/** The logs that arguments name, and what stands in the way of others. */
export interface FoundLogs {
  /** What to read, in a stable order, each file once. */
  readonly files: LogFile[];
  /** Arguments and files that cannot be read. */
  readonly problems: LogProblem[];
  /** Files left out because another one holds their text. */
  readonly skipped: { readonly path: string; readonly because: string }[];
}

/**
 * Finds the logs that arguments name.
 *
 * A file met under several names is found once. A log and the archive that it is being compressed
 * into are both found; {@linkcode scanLogs} reads one of them.
 *
 * @param patterns Paths of files or folders, globs, or `-`.
 * @returns The logs, and what could not be looked at.
 */
export async function findLogs(patterns: readonly string[]): Promise<FoundLogs> {
  for (let tries = 1;; tries++) {
    const found = await findOnce(patterns);
    if (!found.isMoving || tries === TRIES) return found;
    await new Promise((resolve) => setTimeout(resolve, tries * ROTATION));
  }
}

/** What was found, and whether a log was renamed between being listed and being looked at. */
interface Found extends FoundLogs {
  isMoving: boolean;
}

async function findOnce(patterns: readonly string[]): Promise<Found> {
  const found: Found = { files: [], problems: [], skipped: [], isMoving: false };
  const seen = new Map<string, LogFile>();
  const met = new Map<string, LogFile>();
  for (const pattern of patterns) {
    for (const path of await pathsOf(pattern, found)) {
      const file = path === STDIN ? STANDARD_INPUT : look(path, path === pattern, found);
      if (!file) continue;
      const other = seen.get(file.identity);
      met.set(path, other ?? file);
      if (!other) {
        seen.set(file.identity, file);
        found.files.push(file);
      } else if (other.path !== path) {
        found.skipped.push({ path, because: `it is the same file as "${other.path}"` });
      }
    }
  }
  return { ...found, files: withTwins(met, found.files) };
}

const STANDARD_INPUT: LogFile = {
  path: STDIN,
  size: 0,
  mtime: undefined,
  seekable: false,
  identity: "stdin",
};

/** The paths that one argument stands for, sorted; a path that is none of these is itself. */
async function pathsOf(pattern: string, found: Found): Promise<string[]> {
  if (pattern === STDIN) return [pattern];
  if (pattern === "") {
    found.problems.push({ path: pattern, message: "the name is empty" });
    return [];
  }
  try {
    // Not asynchronously: that takes several times as long, and there is nothing else to do.
    if (!Deno.statSync(pattern).isDirectory) return [pattern];
  } catch (error) {
    // What else is wrong with it is said when the path itself is looked at.
    if (!(error instanceof Deno.errors.NotFound) || !isGlob(pattern)) return [pattern];
    return await matchesOf(pattern, found);
  }
  return filesBelow(pattern, found);
}

async function matchesOf(glob: string, found: Found): Promise<string[]> {
  // A log that is named by its path need not wait for it.
  const { expandGlobSync } = await import("@std/fs/expand-glob");
  const paths: string[] = [];
  try {
    for (const { path } of expandGlobSync(glob, { includeDirs: false })) paths.push(path);
    if (paths.length === 0) found.problems.push({ path: glob, message: "no file matches" });
  } catch (error) {
    found.problems.push({ path: glob, message: reasonOf(error) });
  }
  return paths.sort();
}

/** The files of a folder and of those in it; one that cannot be looked into hides no others. */
function filesBelow(folder: string, found: Found): string[] {
  const files: string[] = [];
  try {
    const entries = Array.from(Deno.readDirSync(folder));
    for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
      const path = join(folder, name);
      if (isDirectory) files.push(...filesBelow(path, found));
      else files.push(path);
    }
  } catch (error) {
    found.problems.push({ path: folder, message: reasonOf(error) });
  }
  return files;
}

function look(path: string, isNamed: boolean, found: Found) {
  try {
    const info = Deno.statSync(path);
    // What a glob or a folder turns up is read only if it is a file: a pipe could block for ever.
    if (info.isDirectory || (!info.isFile && !isNamed)) return undefined;
    return logFile(path, info);
  } catch (error) {
    const isMoved = !isNamed && error instanceof Deno.errors.NotFound && !isLink(path);
    found.isMoving ||= isMoved;
    found.problems.push({ path, message: reasonOf(error), isGone: isMoved });
    return undefined;
  }
}

/** Whether a name is that of a link, which may well lead to nothing. */
function isLink(path: string): boolean {
  try {
    return Deno.lstatSync(path).isSymlink;
  } catch {
    return false;
  }
}

function logFile(path: string, info: Deno.FileInfo): LogFile {
  const mtime = info.isFile && info.mtime ? info.mtime.getTime() / 1000 : undefined;
  const identity = identityOf(info) ?? resolve(path);
  return { path, size: info.size, mtime, seekable: info.isFile, identity };
}

/**
 * Tells each archive which log it may be a copy of: while logrotate compresses, `X` and a growing
 * `X.gz` are both there.
 *
 * By every name that was met, in its real folder: a log may stand in the list under another one.
 */
function withTwins(met: ReadonlyMap<string, LogFile>, files: readonly LogFile[]) {
  if (![...met.keys()].some((path) => COMPRESSED.test(path))) return [...files];
  const byName = new Map<string, LogFile>();
  for (const [path, file] of met) {
    if (file.seekable) byName.set(realName(path), file);
  }
  const twins = new Map<string, LogFile>();
  for (const [name, file] of byName) {
    const plain = byName.get(name.replace(COMPRESSED, ""));
    if (plain && plain !== file) twins.set(file.identity, plain);
  }
  return files.map((file) => {
    const twin = twins.get(file.identity);
    return twin ? { ...file, twin } : file;
  });
}

function realName(path: string): string {
  try {
    return join(Deno.realPathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path);
  }
}

function reasonOf(error: unknown): string {
  return systemReason(error) ?? String(error);
}
