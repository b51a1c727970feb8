/**
 * Ends of a run that are foreseen, thrown where they are met and said in one place.
 *
 * @module
 */

import { EXIT, type ExitStatus } from "./exit_status.ts";

/** A run that cannot go on: what is wrong, perhaps a way out, and the exit status. */
export class Failure extends Error {
  /** The name of the class. */
  override readonly name = "Failure";
  /** The exit status. */
  readonly status: ExitStatus;
  /** What to do about it, where there is something. */
  readonly hint: string | undefined;

  /** Makes a failure that changed nothing, unless another status is given. */
  constructor(message: string, hint?: string, status: ExitStatus = EXIT.failed) {
    super(message);
    this.hint = hint;
    this.status = status;
  }
}

/** Makes a failure for a wrong command line. */
export function usageError(message: string, hint?: string): Failure {
  return new Failure(message, hint, EXIT.usage);
}
