/**
 * The history as commands use it: held, its failures turned into words.
 *
 * @module
 */

import { FileError } from "../file/file_error.ts";
import { stampOf } from "../file/file_stamp.ts";
import { lockFile } from "../file/lock_file.ts";
import { systemReason } from "../log/system_reason.ts";
import { History } from "../offender/history.ts";
import { HistoryDamage, HistoryError } from "../offender/history_error.ts";
import type { ExitStatus } from "./exit_status.ts";
import { Failure } from "./failure.ts";
import type { Host } from "./host.ts";
import type { Messages } from "./messages.ts";

/** How long another run may take to end before this one gives up, in milliseconds. */
const PATIENCE = { short: 500, long: 3_600_000 } as const;

/** A history that this process alone may change until it is disposed of. */
export interface HeldHistory extends Disposable {
  /** The history. */
  readonly history: History;
  /**
   * Does something with it.
   *
   * @param work What to do.
   * @param status The exit status where that fails; that of a run that changed nothing, unless given.
   * @throws {HistoryDamage} If it turns out to be damaged.
   * @throws {Failure} If the system refuses.
   */
  doing(work: () => Promise<void> | void, status?: ExitStatus): Promise<void>;
  /**
   * Gets something of it at once.
   *
   * @throws {HistoryDamage} If it turns out to be damaged.
   * @throws {Failure} If the system refuses.
   */
  now<Result>(work: () => Result): Result;
}

/**
 * Holds and opens the history.
 *
 * @param path The file; it need not be there.
 * @param isPatient Whether to wait for another run to end, however long that takes.
 * @param host The clock.
 * @throws {Failure} If another run holds it, or it cannot be read.
 */
export async function holdHistory(
  path: string,
  isPatient: boolean,
  host: Host,
): Promise<HeldHistory> {
  try {
    const held = await lockFile(path, isPatient ? PATIENCE.long : PATIENCE.short);
    try {
      return {
        history: new History(held.target, host.now()),
        async doing(work, status) {
          try {
            await work();
          } catch (error) {
            throw error instanceof HistoryDamage ? error : failureOf(path, error, { status });
          }
        },
        now(work) {
          try {
            return work();
          } catch (error) {
            throw error instanceof HistoryDamage ? error : failureOf(path, error);
          }
        },
        [Symbol.dispose]: () => held[Symbol.dispose](),
      };
    } catch (error) {
      held[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    throw failureOf(path, error, { isPatient });
  }
}

/**
 * Opens the history only to look at it: others may be changing it.
 *
 * @param path The file.
 * @param host The clock.
 * @throws {Failure} If it is not there or cannot be read.
 */
export function lookAtHistory(path: string, host: Host): History {
  try {
    if (stampOf(path) === "") {
      throw new Failure(
        `There is no history "${path}"`,
        '"permaban scan --incremental" makes one; --state says where',
      );
    }
    const history = new History(path, host.now(), { isLookingOnly: true });
    history.gone();
    return history;
  } catch (error) {
    throw failureOf(path, error);
  }
}

/**
 * Opens the history, if there is one, for a run that writes nothing: what it adds is gone with it.
 *
 * @param path The file; it need not be there, and others may be changing it.
 * @param host The clock.
 * @throws {Failure} If it is damaged or cannot be read.
 */
export function watchHistory(path: string, host: Host): HeldHistory {
  const orFail = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      throw failureOf(path, error);
    }
  };
  const history = orFail(() => new History(path, host.now(), { isLookingOnly: true }));
  // All of it now: what is in the file later is of another run.
  orFail(() => history.gone());
  return {
    history,
    async doing(work) {
      try {
        await work();
      } catch (error) {
        throw failureOf(path, error);
      }
    },
    now: orFail,
    [Symbol.dispose]: () => {},
  };
}

/** Says that the history was damaged, if it was; whether it was. */
export function sayDamage({ setAside }: History, messages: Messages): boolean {
  if (setAside === undefined) return false;
  const kept = setAside.isSalvaged ? "what could be read of it is kept" : "it starts anew";
  messages.warning(
    `The history was damaged, or none at all, and is set aside as "${setAside.path}": ${kept}`,
    "all logs that are there are read again",
  );
  return true;
}

/** Says that the last run of a history is not there whole, if it is not; whether that is so. */
export function sayCut({ isCut }: History, messages: Messages): boolean {
  if (isCut) {
    messages.warning(
      "The history does not hold all of the last run, which was killed, or the file was cut",
      "it goes on from the run before: what is in the logs that are there is read again",
    );
  }
  return isCut;
}

/** What kept the history from being read or changed, in words; a bug stays as it is. */
function failureOf(
  path: string,
  error: unknown,
  { isPatient = true, status }: { isPatient?: boolean; status?: ExitStatus | undefined } = {},
): unknown {
  if (error instanceof FileError && error.isHeld && !isPatient) {
    return new Failure(
      `Another run is at work on history "${path}"`,
      "try again when it has ended, or wait for it with --wait",
    );
  }
  const isOurs = error instanceof FileError || error instanceof HistoryError;
  const reason = isOurs ? error.message : systemReason(error);
  if (reason === undefined) return error;
  return new Failure(
    `Cannot use history "${path}": ${reason}`,
    isOurs ? error.hint : undefined,
    status,
  );
}
