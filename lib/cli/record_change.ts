/**
 * Writes changes of lists into the journal.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { Journal } from "../blocklist/journal_file.ts";
import type { ListKind } from "../blocklist/journal_record.ts";
import { type Part, watchDifference } from "../blocklist/line_difference.ts";
import { FileError } from "../file/file_error.ts";
import { isThere } from "../file/is_there.ts";
import type { Witness } from "../file/replace_file.ts";
import { systemReason } from "../log/system_reason.ts";
import { type Changer, journalPath } from "./command.ts";
import { Failure } from "./failure.ts";
import type { Host } from "./host.ts";

/** A list that is about to change. */
export interface Change {
  /** The file, no symbolic link. */
  readonly target: string;
  /** Which list it is. */
  readonly kind: ListKind;
  /** Whether an earlier change is taken back: then lines come anywhere. */
  readonly isTakingBack: boolean;
}

/** Longer than any name of a user. */
const LONGEST_NAME = 64;

/**
 * Makes who writes a change into the journal.
 *
 * The journal is in the folder of `--state`. That folder is made for permaban's own lists; a list
 * elsewhere is written down where there is a folder that may be written to.
 *
 * @param change The change.
 * @param by Whose it is.
 * @returns `undefined` where no journal is kept.
 * @throws {Failure} If there is a journal and it cannot be written to: nothing is changed then.
 */
export async function witnessOf(change: Change, by: Changer): Promise<Witness | undefined> {
  const path = journalPath(by.values);
  const isOwn = change.kind === "pardons" || by.values[change.kind] === undefined;
  let journal: Journal;
  try {
    if (!isOwn && !isThere(dirname(path))) return undefined;
    journal = await Journal.hold(path, by.run.number);
  } catch (error) {
    if (!isOwn && isRefusal(error)) return undefined;
    throw failureOf(path, error);
  }
  return new Recorder(path, journal, change, by);
}

class Recorder implements Witness {
  readonly #path: string;
  readonly #journal: Journal;
  readonly #change: Change;
  readonly #by: Changer;

  constructor(path: string, journal: Journal, change: Change, by: Changer) {
    this.#path = path;
    this.#journal = journal;
    this.#change = change;
    this.#by = by;
  }

  *watch(old = new Uint8Array(0), fresh: Iterable<Uint8Array>): Iterable<Uint8Array> {
    if (!this.#change.isTakingBack) {
      yield* watchDifference(old, fresh, (part) => this.#note(part));
      return;
    }
    // What is taken back is like an edit from the new list to the old one.
    const pieces = [...fresh];
    for (const piece of pieces) yield piece;
    const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    const passed = watchDifference(
      whole,
      [old],
      ({ sign, ...rest }) => this.#note({ sign: sign === "-" ? "+" : "-", ...rest }),
    );
    for (const _ of passed);
  }

  announce(inode: number): void {
    const { host, run } = this.#by;
    const { target: path, kind } = this.#change;
    const author = { at: host.now(), who: whoIs(host), command: run.command, kind, path };
    this.#doing(() => this.#journal.write(author, inode));
  }

  end(isDone: boolean): void {
    if (isDone) this.#by.run.number = this.#journal.run;
    this.#journal.close(isDone);
  }

  #note(part: Part): void {
    this.#doing(() => this.#journal.note(part, this.#change.kind));
  }

  #doing(work: () => void): void {
    try {
      work();
    } catch (error) {
      throw failureOf(this.#path, error);
    }
  }
}

/** Who runs this, as far as the environment says: no more than a claim. */
export function whoIs(host: Host): string {
  const short = (name: string) => name.slice(0, LONGEST_NAME);
  const behind = host.env("SUDO_USER");
  if (behind) return `${short(behind)} (sudo)`;
  const user = host.env("USER");
  if (user) return short(user);
  return host.stdin.isTerminal() || host.stderr.isTerminal() ? "unknown" : "cron";
}

/** Whether the system does not let this user write there, which may well be meant. */
function isRefusal(error: unknown): boolean {
  const reason = error instanceof FileError ? undefined : systemReason(error);
  return reason !== undefined &&
    ["permission denied", "operation not permitted", "the disk is read-only"].includes(reason);
}

function failureOf(path: string, error: unknown): unknown {
  const isOurs = error instanceof FileError;
  const reason = isOurs ? error.message : systemReason(error);
  if (reason === undefined) return error;
  return new Failure(
    `Cannot write journal "${path}": ${reason}`,
    (isOurs ? error.hint : undefined) ?? "no list is changed without a record; --state says where",
  );
}
