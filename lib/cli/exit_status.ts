/**
 * How a run ends, for scripts.
 *
 * @module
 */

/** Exit statuses; other numbers are never used. */
export const EXIT = {
  /** Done. */
  done: 0,
  /** A question answered no. */
  no: 1,
  /** Wrong usage. */
  usage: 2,
  /** Failed, nothing changed. */
  failed: 3,
  /** Done, but part of the input could not be read or understood, or the result not written. */
  partly: 4,
  /** A defect of permaban itself. */
  bug: 70,
} as const;

/** One of {@linkcode EXIT}. */
export type ExitStatus = typeof EXIT[keyof typeof EXIT];
