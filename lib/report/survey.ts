/**
 * Counts bans by day, hour and jail, besides by address.
 *
 * @module
 */

import type { Ban } from "../log/ban.ts";
import { remembering, type TimeZone } from "../log/time_zone.ts";
import { Tally, type TallyOptions } from "../offender/tally.ts";
import { dayOf, hourOf } from "./calendar.ts";

const HOURS = 24;

/** What is surveyed. */
export interface SurveyOptions extends TallyOptions {
  /** Bans from this instant (seconds since 1970) on do not count; all do where it is Infinity. */
  readonly until: number;
  /** Bans from this instant on are recent. */
  readonly recent: number;
  /** The zone of days and hours. */
  readonly zone: TimeZone;
}

/** The bans of one jail. */
export interface JailCount {
  /** How many. */
  bans: number;
  /** How many of them are recent. */
  recent: number;
  /** The first one, in seconds since 1970. */
  first: number;
  /** The last one, in seconds since 1970. */
  last: number;
}

/** Counts bans; the order in which they come makes no difference. */
export class Survey {
  /** Who was banned, and what did not count. */
  readonly tally: Tally;
  /** Bans by day, counted from 1970-01-01. */
  readonly days: Map<number, number> = new Map();
  /** Bans by the hour of the day. */
  readonly hours: Float64Array = new Float64Array(HOURS);
  /** Bans by jail. */
  readonly jails: Map<string, JailCount> = new Map();
  /** Bans after the time asked for. */
  later = 0;
  /** The time of the oldest ban that came, whether it counts or not; Infinity before the first. */
  oldest: number = Infinity;
  readonly #options: SurveyOptions;
  readonly #zone: TimeZone;
  /** The jail of the last ban that counted. */
  #name: string | undefined;
  #jail: JailCount = noBans();

  /** Makes an empty survey. */
  constructor(options: SurveyOptions) {
    this.#options = options;
    this.#zone = remembering(options.zone);
    this.tally = new Tally(options);
  }

  /** Counts a ban, if it counts. */
  add(ban: Ban): void {
    const { time, jail: name } = ban;
    if (time < this.oldest) this.oldest = time;
    if (time >= this.#options.until) {
      this.later++;
      return;
    }
    const { counted } = this.tally;
    this.tally.add(ban);
    // The tally alone decides.
    if (this.tally.counted === counted) return;
    const day = dayOf(time, this.#zone);
    this.days.set(day, (this.days.get(day) ?? 0) + 1);
    this.hours[hourOf(time, this.#zone)]!++;
    const jail = name === this.#name ? this.#jail : this.#jailOf(name);
    jail.bans++;
    if (time >= this.#options.recent) jail.recent++;
    if (time < jail.first) jail.first = time;
    if (time > jail.last) jail.last = time;
  }

  #jailOf(name: string): JailCount {
    const jail = this.jails.get(name) ?? noBans();
    this.jails.set(name, jail);
    this.#name = name;
    return this.#jail = jail;
  }
}

function noBans(): JailCount {
  return { bans: 0, recent: 0, first: Infinity, last: -Infinity };
}
