/**
 * Logs held open, so that they are the ones that were found, however they are renamed.
 *
 * @module
 */

import type { LogFile } from "./log_file.ts";
import { LogOpenError, openLog } from "./open_log.ts";

/** As many files are held open at most: more than there are logs, fewer than a process may. */
export const OPEN_AT_ONCE = 64;

/** The open files of logs, by what tells them apart. */
export class OpenLogs {
  readonly #files = new Map<string, Deno.FsFile | LogOpenError>();

  /** Opens a log, unless it is open; a fault is remembered, too. */
  open(file: LogFile): Deno.FsFile | LogOpenError {
    let open = this.#files.get(file.identity);
    if (!open) {
      open = tryToOpen(file);
      this.#files.set(file.identity, open);
    }
    return open;
  }

  /** The open file of a log that is open. */
  held({ identity }: LogFile): Deno.FsFile | undefined {
    const open = this.#files.get(identity);
    return open instanceof Deno.FsFile ? open : undefined;
  }

  /** Closes a log. */
  close(file: LogFile): void {
    this.held(file)?.close();
    this.#files.delete(file.identity);
  }

  /** How many are open. */
  get size(): number {
    return this.#files.size;
  }

  /** Closes all. */
  [Symbol.dispose](): void {
    for (const open of this.#files.values()) {
      if (open instanceof Deno.FsFile) open.close();
    }
  }
}

function tryToOpen(file: LogFile): Deno.FsFile | LogOpenError {
  try {
    return openLog(file);
  } catch (error) {
    if (error instanceof LogOpenError) return error;
    throw error;
  }
}
