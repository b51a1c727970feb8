/**
 * Reads the files that `permaban import` was given.
 *
 * @module
 */

import { type ForeignList, ForeignListError } from "../blocklist/foreign_list.ts";
import {
  type ForeignFormat,
  type ForeignOptions,
  readForeignList,
} from "../blocklist/read_foreign_list.ts";
import { STDIN } from "../log/log_file.ts";
import { LogOpenError, openLog } from "../log/open_log.ts";
import { LogReadError, type LogSource, readLog } from "../log/read_log.ts";
import { systemReason } from "../log/system_reason.ts";
import type { Host } from "./host.ts";

/** Why a file could not be read, or not to its end. */
export interface ReadFault {
  /** What is wrong. */
  readonly message: string;
  /** What to do about it, where there is something. */
  readonly hint?: string | undefined;
}

/** A file that was given. */
export interface ReadList {
  /** Its path, or `-` for standard input. */
  readonly path: string;
  /** Its name for messages. */
  readonly name: string;
  /** Its format and what it holds, as far as it could be read; absent where it could not. */
  readonly found?: { readonly format: ForeignFormat; readonly list: ForeignList };
  /** What kept it from being read whole. */
  readonly fault?: ReadFault;
}

/** As much text is read of one file, in bytes: a small archive may hold far more than memory does. */
const MOST_TEXT = 1 << 29;
const FIRST_ROOM = 1 << 16;
const NEWLINE = 0x0a;

/**
 * Reads a list that another program made, plain, gzip or zstd.
 *
 * @param path Its path, or `-` for standard input.
 * @param options How it is to be read.
 * @param host Where standard input is.
 */
export async function readOtherList(
  path: string,
  options: ForeignOptions,
  host: Host,
): Promise<ReadList> {
  const name = path === STDIN ? "stdin" : path;
  try {
    const { bytes, fault } = await readText(path, host);
    if (fault && bytes.length === 0) return { path, name, fault };
    return { path, name, found: readForeignList(bytes, options), ...(fault ? { fault } : {}) };
  } catch (error) {
    if (error instanceof LogOpenError) return { path, name, fault: { message: error.message } };
    if (error instanceof ForeignListError) {
      return { path, name, fault: { message: error.message, hint: error.hint } };
    }
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    return { path, name, fault: { message: `Cannot read it: ${reason}` } };
  }
}

/** The text of a file as far as it can be read. */
async function readText(
  path: string,
  host: Host,
): Promise<{ bytes: Uint8Array; fault?: ReadFault }> {
  if (path === STDIN) return await collect(host.stdin);
  using file = openLog({ path, size: 0, mtime: undefined, seekable: false, identity: "" });
  const rewind = () => void file.seekSync(0, 0);
  // Not asynchronously: a file is there at once.
  const read = (buffer: Uint8Array) => Promise.resolve(file.readSync(buffer));
  return await collect(file.statSync().isFile ? { read, rewind } : { read });
}

async function collect(source: LogSource): Promise<{ bytes: Uint8Array; fault?: ReadFault }> {
  let bytes = new Uint8Array(FIRST_ROOM);
  let length = 0;
  try {
    for await (const chunk of readLog(source, { command: "import" })) {
      if (length + chunk.length > MOST_TEXT) throw new ForeignListError("It has more than 512 MB");
      if (length + chunk.length > bytes.length) {
        const room = Math.max(2 * bytes.length, length + chunk.length);
        bytes = new Uint8Array(bytes.buffer.transfer(room));
      }
      bytes.set(chunk, length);
      length += chunk.length;
    }
  } catch (error) {
    if (!(error instanceof LogReadError)) throw error;
    // A line that was cut off may lack a digit of its address.
    const whole = bytes.subarray(0, length).lastIndexOf(NEWLINE) + 1;
    const fault = { message: error.message, hint: error.hint };
    return { bytes: bytes.subarray(0, whole), fault };
  }
  return { bytes: bytes.subarray(0, length) };
}
