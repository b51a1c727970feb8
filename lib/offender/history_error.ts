/**
 * What can be wrong with a history.
 *
 * @module
 */

/** A history that cannot be used; nothing was changed. */
export class HistoryError extends Error {
  /** The name of the class. */
  override readonly name = "HistoryError";
  /** What to do about it. */
  readonly hint: string;

  /** Makes an error with the reason and a way out. */
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** A history of which a part was overwritten; nothing was changed. */
export class HistoryDamage extends HistoryError {
  /** Makes an error with a way out. */
  constructor() {
    super(
      "It is damaged, or no history at all",
      'the next "permaban scan --incremental" sets it aside and reads all logs again',
    );
  }
}
