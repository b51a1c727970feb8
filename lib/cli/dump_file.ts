/**
 * A dump of the live firewall, from a file or standard input.
 *
 * @module
 */

import { FileError } from "../file/file_error.ts";
import { readFile, refuseDevice } from "../file/read_file.ts";
import { DumpError } from "../firewall/live_table.ts";
import { systemReason } from "../log/system_reason.ts";
import { Failure } from "./failure.ts";
import type { Host } from "./host.ts";
import { readAll } from "./read_all.ts";

/** What a dump is called in messages. */
export function dumpName(path: string): string {
  return path === "-" ? "stdin" : path;
}

/**
 * Reads a dump whole.
 *
 * @param path The file, or `-` for standard input.
 * @param host The machine.
 * @param hint What to give instead if it cannot be read.
 * @throws {Failure} If it cannot be read.
 */
export async function readDump(path: string, host: Host, hint: string): Promise<Uint8Array> {
  try {
    if (path === "-") return await readAll(host.stdin);
    refuseDevice(path);
    return readFile(path);
  } catch (error) {
    if (error instanceof FileError) {
      throw new Failure(`Cannot read "${path}": ${error.message}`, error.hint ?? hint);
    }
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new Failure(`Cannot read "${dumpName(path)}": ${reason}`, hint);
  }
}

/**
 * Makes something of a dump.
 *
 * @param path Where it is from.
 * @param hint What to give instead if it is none.
 * @param make Makes it.
 * @throws {Failure} If the dump cannot be understood.
 */
export function understand<Result>(path: string, hint: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (error instanceof DumpError) {
      throw new Failure(`${dumpName(path)}:${error.line}: ${error.message}`, error.hint ?? hint);
    }
    throw error;
  }
}
