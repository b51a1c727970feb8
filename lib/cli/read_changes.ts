/**
 * The journal as commands use it: what is wrong with it said.
 *
 * @module
 */

import { type JournalContent, partsOf, readJournal } from "../blocklist/journal_file.ts";
import type { JournalRecord } from "../blocklist/journal_record.ts";
import type { Part } from "../blocklist/line_difference.ts";
import { FileError } from "../file/file_error.ts";
import { systemReason } from "../log/system_reason.ts";
import { journalPath, type Places } from "./command.ts";
import { Failure } from "./failure.ts";
import type { Messages } from "./messages.ts";

/** What the journal says, and whether all of it was understood. */
export interface Changes extends Pick<JournalContent, "records"> {
  /** Whether a line was no record. */
  readonly isPartial: boolean;
}

/**
 * Reads the journal.
 *
 * @param values The options.
 * @param messages Told of lines that are no records.
 * @throws {Failure} If it cannot be read.
 */
export function readChanges(values: Pick<Places, "state">, messages: Messages): Changes {
  const path = journalPath(values);
  const { records, faults } = doing(path, () => readJournal(path));
  for (const { file, line } of faults) {
    messages.error(`${file}:${line}: It is no record of a change`);
  }
  return { records, isPartial: faults.length > 0 };
}

/**
 * The lines that a record speaks of; `undefined` if they are not kept any more.
 *
 * @throws {Failure} If they cannot be read.
 */
export function linesBehind(
  record: JournalRecord,
  values: Pick<Places, "state">,
): readonly Part[] | undefined {
  const path = journalPath(values);
  return doing(path, () => partsOf(path, record));
}

function doing<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const isOurs = error instanceof FileError;
    const reason = isOurs ? error.message : systemReason(error);
    if (reason === undefined) throw error;
    throw new Failure(
      `Cannot read journal "${path}": ${reason}`,
      isOurs ? error.hint : undefined,
    );
  }
}
