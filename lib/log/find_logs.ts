/**
 * Finds the log files that arguments name: files, globs, folders, or standard input.
 *
 * @module
 */

import { expandGlob } from "@std/fs/expand-glob";
import { isGlob, join, resolve } from "@std/path";
import { LogReadError, readLog } from "./read_log.ts";
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
  /** Whether it is a plain file, which can be read from the beginning again. */
  readonly seekable: boolean;
  /** What tells it from every other file, whatever its name. */
  readonly identity: string;
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

const COMPRESSED = /\.(?:gz|zst|xz|bz2)$/;

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
  const seen = new Map<string, LogFile>();
  for (const pattern of patterns) {
    for (const path of await pathsOf(pattern, found)) {
      const file = path === STDIN ? STANDARD_INPUT : await look(path, path === pattern, found);
      if (!file) continue;
      const other = seen.get(file.identity);
      if (!other) {
        seen.set(file.identity, file);
        found.files.push(file);
      } else if (other.path !== path) {
        found.skipped.push({ path, because: `it is the same file as "${other.path}"` });
      }
    }
  }
  await dropTwins(found);
  return found;
}

const STANDARD_INPUT: LogFile = {
  path: STDIN,
  size: 0,
  mtime: undefined,
  seekable: false,
  identity: "stdin",
};

/** The paths that one argument stands for, sorted; a path that is none of these is itself. */
async function pathsOf(pattern: string, found: FoundLogs): Promise<string[]> {
  if (pattern === STDIN) return [pattern];
  if (pattern === "") {
    found.problems.push({ path: pattern, message: "the name is empty" });
    return [];
  }
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

async function look(path: string, isNamed: boolean, found: FoundLogs) {
  try {
    const info = await Deno.stat(path);
    // What a glob or a folder turns up is read only if it is a file: a pipe could block for ever.
    if (info.isDirectory || (!info.isFile && !isNamed)) return undefined;
    return logFile(path, info);
  } catch (error) {
    found.problems.push({ path, message: reasonOf(error) });
    return undefined;
  }
}

function logFile(path: string, info: Deno.FileInfo): LogFile {
  const mtime = info.isFile && info.mtime ? info.mtime.getTime() / 1000 : undefined;
  const identity = identityOf(info) ?? resolve(path);
  return { path, size: info.size, mtime, seekable: info.isFile, identity };
}

/** What tells a file from every other one; `undefined` where the system has no such thing. */
export function identityOf({ dev, ino }: Deno.FileInfo): string | undefined {
  return ino === null ? undefined : `${dev}:${ino}`;
}

/** While logrotate compresses, `X` and a growing `X.gz` are both there; `X` is the whole one. */
async function dropTwins(found: FoundLogs): Promise<void> {
  const byPath = new Map(found.files.map((file) => [resolve(file.path), file]));
  for (const [path, archive] of byPath) {
    const plain = byPath.get(path.replace(COMPRESSED, ""));
    if (
      !plain?.seekable || !archive.seekable || plain === archive || !await isCopyOf(archive, plain)
    ) continue;
    found.files.splice(found.files.indexOf(archive), 1);
    const because = `it holds nothing that is not in "${plain.path}"`;
    found.skipped.push({ path: archive.path, because });
  }
}

/**
 * Whether all text of an archive is the beginning of a log, so that the archive adds nothing.
 *
 * An archive that is still being made ends in the middle, which is no difference. One that is broken
 * in any other way, or cannot be read here, is no copy: it is to be read and named.
 */
async function isCopyOf(archive: LogFile, plain: LogFile): Promise<boolean> {
  try {
    using copy = await Deno.open(archive.path);
    using original = await Deno.open(plain.path);
    const rest = new TextAhead(readLog(original));
    for await (const text of readLog(copy)) {
      if (!await rest.begins(text)) return false;
    }
    return true;
  } catch (error) {
    return error instanceof LogReadError && error.isCut;
  }
}

/** Text that comes in chunks, compared with other text that comes in others. */
class TextAhead {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Whether what comes next is this text; if so, it goes behind it. */
  async begins(text: Uint8Array): Promise<boolean> {
    for (let at = 0; at < text.length;) {
      if (this.#chunk.length === 0) {
        const { value, done } = await this.#chunks.next();
        if (done) return false;
        this.#chunk = value;
      }
      const length = Math.min(this.#chunk.length, text.length - at);
      for (let offset = 0; offset < length; offset++) {
        if (this.#chunk[offset] !== text[at + offset]) return false;
      }
      at += length;
      this.#chunk = this.#chunk.subarray(length);
    }
    return true;
  }
}

function reasonOf(error: unknown): string {
  return systemReason(error) ?? String(error);
}
