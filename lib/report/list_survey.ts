/**
 * How long the blocklist is, and how it grew.
 *
 * @module
 */

import { type Blocklist, notesOf } from "../blocklist/blocklist.ts";
import { coveringNetworks, NONE } from "../ip/covering_networks.ts";
import type { Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { instantOf, parseIsoTime, remembering, type TimeZone, UTC } from "../log/time_zone.ts";
import { dayOf } from "./calendar.ts";

/** Takes a blocklist in parts and counts its entries. */
export class ListSurvey {
  /** The networks of all entries. */
  readonly networks: NetworkList = new NetworkList();
  /** Entries by the day on which they were added, counted from 1970-01-01. */
  readonly days: Map<number, number> = new Map();
  /** Entries that were added in the time asked for. */
  added = 0;
  /** Entries that do not say when they were added. */
  undated = 0;
  /** Lines that were not understood. */
  problems = 0;
  readonly #since: number;
  readonly #until: number;
  readonly #zone: TimeZone;

  /**
   * Makes an empty survey.
   *
   * @param since The beginning of the time asked for, in seconds since 1970.
   * @param until Its end.
   * @param zone The zone of days.
   */
  constructor(since: number, until: number, zone: TimeZone) {
    this.#since = since;
    this.#until = until;
    this.#zone = remembering(zone);
  }

  /** Takes a part of the list. */
  add(list: Blocklist): void {
    this.networks.pushAll(list.networks);
    this.problems += list.problems.length;
    // A list is mostly added to in runs, whose entries share their time.
    let last: string | undefined;
    let instant: number | undefined;
    for (const { since } of notesOf(list)) {
      if (since !== last) instant = since === undefined ? undefined : instantOfSince(since);
      last = since;
      if (instant === undefined) {
        this.undated++;
        continue;
      }
      if (instant >= this.#since && instant < this.#until) this.added++;
      const day = dayOf(instant, this.#zone);
      this.days.set(day, (this.days.get(day) ?? 0) + 1);
    }
  }

  /** The entry that holds all of a network, for each of some; `undefined` where there is none. */
  entriesFor(networks: Iterable<Network>): (Network | undefined)[] {
    const all = new NetworkList();
    all.pushAll(this.networks);
    for (const network of networks) all.push(network);
    const { length } = this.networks;
    return Array.from(coveringNetworks(all, length).subarray(length), (index) => {
      return index === NONE ? undefined : all.at(index);
    });
  }
}

/** The instant of the time that an entry was added, in any form that a log may have too. */
function instantOfSince(since: string): number | undefined {
  const time = parseIsoTime(since.includes("T") ? since : `${since}T00:00:00Z`);
  return time && instantOf(time, UTC);
}
