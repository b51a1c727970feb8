/**
 * How long the blocklist is, and how it grew.
 *
 * @module
 */

import { type Blocklist, notesOf } from "../blocklist/blocklist.ts";
import { hasLapsed, parseSince } from "../blocklist/note.ts";
import { coveringNetworks, NONE } from "../ip/covering_networks.ts";
import type { Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { remembering, type TimeZone } from "../log/time_zone.ts";
import { dayOf } from "./calendar.ts";

/** A time asked for, and now; in seconds since 1970. */
export interface ListSpan {
  /** Where it begins. */
  readonly since: number;
  /** Where it ends; that instant is not included. */
  readonly until: number;
  /** The clock. */
  readonly now: number;
}

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
  readonly #span: ListSpan;
  readonly #zone: TimeZone;

  /**
   * Makes an empty survey.
   *
   * @param span The time asked for, and now.
   * @param zone The zone of days.
   */
  constructor(span: ListSpan, zone: TimeZone) {
    this.#span = span;
    this.#zone = remembering(zone);
  }

  /** Takes a part of the list. */
  add(list: Blocklist): void {
    const { since: from, until: to, now } = this.#span;
    this.problems += list.problems.length;
    // A list is mostly added to in runs, whose entries share their time.
    let last: string | undefined;
    let instant: number | undefined;
    let index = 0;
    for (const note of notesOf(list)) {
      const { since } = note;
      // What has lapsed is only there until the next update.
      if (hasLapsed(note, now)) {
        index++;
        continue;
      }
      this.networks.pushFrom(list.networks, index++);
      if (since !== last) instant = since === undefined ? undefined : parseSince(since);
      last = since;
      if (instant === undefined) {
        this.undated++;
        continue;
      }
      if (instant >= from && instant < to) this.added++;
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
