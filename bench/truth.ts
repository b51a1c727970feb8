/** What a set of generated logs really contains. */
export interface Truth {
  /** Lines of all kinds. */
  lines: number;
  /** Bytes of text before compression. */
  bytes: number;
  /** Bans, whatever the jail and the kind of ID. */
  bans: number;
  /** Lines that a search for `] Ban ` finds though they are no bans. */
  decoys: number;
  /** The same, file by file. */
  files: FileTruth[];
  /** What was banned, under the ID as printed. */
  ids: Record<string, IdTruth>;
}

/** What one file contains. */
export interface FileTruth {
  /** Its name. */
  name: string;
  /** The {@linkcode LineStyle} it is written in. */
  style: string;
  /** Lines of all kinds. */
  lines: number;
  /** Bytes of text before compression. */
  bytes: number;
  /** Bans. */
  bans: number;
}

/** The bans of one ID. */
export interface IdTruth {
  /** The address or network it counts for, a /64 for an IPv6 address; `null` if it is none. */
  offender: string | null;
  /** Its bans by jail. */
  jails: Record<string, JailTruth>;
}

/** The bans of one ID in one jail. */
export interface JailTruth {
  /** How many. */
  bans: number;
  /** Time of the first, UTC, `2026-03-01T09:41:28`. */
  first: string;
  /** Time of the last. */
  last: string;
}

/** A repeat offender, as `permaban scan --json` prints it. */
export interface Offender {
  /** The address or network. */
  address: string;
  /** How often it was banned. */
  bans: number;
  /** Time of the first ban. */
  first: string;
  /** Time of the last ban. */
  last: string;
  /** Bans by jail. */
  jails: Record<string, number>;
}

/** The jails that `permaban scan` does not count unless asked to. */
const IGNORED_JAILS = ["permaban", "repeatoffender", "recidive"];

/**
 * Works out the answer that a correct scan gives.
 *
 * A file without times can only be dated by its modification time, so `first` and `last` are exact
 * for bans in timed styles, with `TZ=UTC`.
 *
 * @param truth What the logs contain.
 * @param minBans How many bans make an offender.
 * @param ignoredJails Jails whose bans do not count.
 * @returns The offenders, most bans first, then by text.
 */
export function offendersOf(
  truth: Truth,
  minBans = 10,
  ignoredJails: readonly string[] = IGNORED_JAILS,
): Offender[] {
  const offenders = new Map<string, Offender>();
  for (const { offender, jails } of Object.values(truth.ids)) {
    if (offender === null) continue;
    for (const [name, { bans, first, last }] of Object.entries(jails)) {
      if (ignoredJails.includes(name)) continue;
      const sum = offenders.get(offender) ?? { address: offender, bans: 0, first, last, jails: {} };
      offenders.set(offender, sum);
      sum.bans += bans;
      sum.jails[name] = (sum.jails[name] ?? 0) + bans;
      if (first < sum.first) sum.first = first;
      if (last > sum.last) sum.last = last;
    }
  }
  return [...offenders.values()]
    .filter(({ bans }) => bans >= minBans)
    .sort((a, b) => b.bans - a.bans || (a.address < b.address ? -1 : 1));
}
