/**
 * What was found out about a machine, and what to do about it.
 *
 * @module
 */

/** Something that was looked at. */
export interface Finding {
  /** What it is about, in a word. */
  readonly about: string;
  /**
   * `wrong` where something needs doing, `note` where it is other than install made it and may be
   * meant so, `unknown` where files cannot tell.
   */
  readonly state: "ok" | "wrong" | "note" | "unknown";
  /** What was found, the place first where there is one. */
  readonly message: string;
  /** What to do about it, or which command tells; absent where all is well. */
  readonly wayOut?: string | undefined;
}

/** Makes findings about one thing. */
export interface Finder {
  /** All is well. */
  ok(message: string): Finding;
  /** Something needs doing. */
  wrong(message: string, wayOut?: string): Finding;
  /** It is good to know, and nothing needs doing if it is meant so. */
  note(message: string, wayOut: string): Finding;
  /** Only a command can tell. */
  unknown(message: string, wayOut: string): Finding;
}

/** What makes findings about one thing. */
export function findingsAbout(about: string): Finder {
  return {
    ok: (message) => ({ about, state: "ok", message }),
    wrong: (message, wayOut) => ({ about, state: "wrong", message, wayOut }),
    note: (message, wayOut) => ({ about, state: "note", message, wayOut }),
    unknown: (message, wayOut) => ({ about, state: "unknown", message, wayOut }),
  };
}

/** A length of time in words for people, rounded down. */
export function inWords(seconds: number): string {
  const [, name = "second", length = 1] = UNITS.find(([least]) => seconds >= least) ?? [];
  const count = Math.floor(seconds / length);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}

/** From how many seconds on each unit is used, and how many it has. */
const UNITS = [
  [2 * 365 * 86_400, "year", 365 * 86_400],
  [14 * 86_400, "week", 7 * 86_400],
  [2 * 86_400, "day", 86_400],
  [2 * 3600, "hour", 3600],
  [60, "minute", 60],
] as const;
