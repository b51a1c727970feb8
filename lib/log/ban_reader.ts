/**
 * Reads the candidates that a search finds in a log.
 *
 * A line that has the layout of one before it was read by the search; every other one is made a
 * string and held against the grammar of `ban_line.ts`, which takes several times as long, and the
 * search learns its layout.
 *
 * @module
 */

import { ipv6OfWords, readIpv6 } from "../ip/address.ts";
import { FULL_PREFIX, type Network, readNetwork } from "../ip/network.ts";
import type { Ban, BanListener } from "./ban.ts";
import { parseBanLine } from "./ban_line.ts";
import { type ByteSearch, FOUND, LAYOUTS, NO_JAIL, STRETCH } from "./byte_search.ts";
import { eachFlatBan, type FlatBans } from "./flat_bans.ts";
import { learnLayout, type LineLayout } from "./line_layout.ts";
import { instantOf, parseBsdTime, parseIsoTime, type TimeZone } from "./time_zone.ts";

/** A log where so many more layouts were learned than ever came again is not worth learning. */
const FRUITLESS = 100;
/** The third word of an IPv4 address mapped into IPv6, and of a few others. */
const MAPPED = 0xffff;
const RETURN = 0x0d;
const BRACKET = 0x5d;
const BAN = "Ban ".length;
const RESTORE = "] Restore ".length;
/** What the line of a candidate is. */
export type CandidateKind = "ban" | "restored" | "none";

/** Reads the candidates of one log. */
export class BanReader {
  /**
   * The instant (seconds since 1970) that the log was written last: it gives yearless times their
   * year, and lines without a time theirs.
   */
  notAfter: number;
  readonly #search: ByteSearch;
  readonly #zone: TimeZone;
  readonly #layouts: LineLayout[] = [];
  #hits = 0;
  #learned = 0;
  /** Names of jails by their numbers. */
  readonly #jails: string[] = [];
  /** The date read last, as a number, and when it began on the wall. */
  #date = -1;
  #midnight = NaN;
  /** When the stretch of time read last begins on the wall, and how far that is ahead of UTC in it. */
  #first = NaN;
  #offset = 0;
  #onBan!: (ban: Ban) => void;
  #onFlatBans!: (bans: FlatBans) => void;
  readonly #words = new Uint32Array(4);
  readonly #line = new TextDecoder();
  readonly #part = new TextDecoder("utf-8", { ignoreBOM: true });

  /**
   * Makes a reader for one log.
   *
   * @param search What finds the candidates; what it learned of another log is forgotten.
   * @param zone The zone of times that name none.
   * @param notAfter See {@linkcode BanReader.notAfter}.
   * @param listener Called with bans.
   */
  constructor(search: ByteSearch, zone: TimeZone, notAfter: number, listener: BanListener) {
    search.forget();
    this.tell(listener);
    this.#search = search;
    this.#zone = zone;
    this.notAfter = notAfter;
  }

  /** Hands bans to another listener from now on. */
  tell(listener: BanListener): void {
    this.#onBan = listener.onBan;
    this.#onFlatBans = listener.onFlatBans ?? ((bans) => eachFlatBan(bans, this.#onBan));
  }

  /**
   * Hands on the bans that were kept by the search.
   *
   * @returns How many of them were not restored.
   */
  takeKept(): number {
    const { found, kept: { words, times } } = this.#search;
    const count = found[FOUND.kept] ?? 0;
    if (count === 0) return 0;
    const bans = count - (found[FOUND.keptRestored] ?? 0);
    found[FOUND.kept] = found[FOUND.keptRestored] = 0;
    this.#hits += count;
    this.#onFlatBans({ count, words, times, jails: this.#jails });
    return bans;
  }

  /**
   * Reads the candidate that was found last, and hands the ban on if it is one.
   *
   * @param mark Where the `B` in it is.
   * @returns What it is.
   */
  read(mark: number): CandidateKind {
    const { bytes, found } = this.#search;
    const from = found[FOUND.start] ?? 0;
    const end = found[FOUND.end] ?? 0;
    const number = found[FOUND.layout] ?? 0;
    const layout = number > 0 ? this.#layouts[number - 1] : undefined;
    const time = layout && this.#time(layout, from);
    const jail = layout && this.#jail(from + layout.least.length, mark);
    const restored = found[FOUND.restored] === 1;
    const to = bytes[end - 1] === RETURN ? end - 1 : end;
    let ban: Ban | undefined;
    if (time === undefined || jail === undefined) {
      ban = this.#readByGrammar(bytes.subarray(from, to));
    } else {
      this.#hits++;
      ban = { network: this.#network(mark + BAN, to), jail, time, restored };
    }
    if (!ban) return "none";
    this.#onBan(ban);
    return ban.restored ? "restored" : "ban";
  }

  #readByGrammar(bytes: Uint8Array): Ban | undefined {
    const line = this.#line.decode(bytes);
    const found = parseBanLine(line, { notAfter: this.notAfter, zone: this.#zone });
    if (!found) return undefined;
    if (this.#learned <= this.#hits + FRUITLESS) this.#learn(line);
    const network = readNetwork(found.id);
    return {
      network: typeof network === "string" ? undefined : network,
      jail: found.jail,
      time: found.time ? instantOf(found.time, this.#zone) : Math.floor(this.notAfter),
      restored: found.restored,
    };
  }

  #learn(line: string): void {
    const layout = learnLayout(line);
    const slot = this.#learned++ % LAYOUTS;
    if (!layout) return;
    this.#layouts[slot] = layout;
    this.#search.setLayout(slot, layout);
  }

  /** The jail behind the bracket at a place, or `undefined` when that is no name of one. */
  #jail(open: number, mark: number): string | undefined {
    const { bytes, found } = this.#search;
    const number = found[FOUND.jail] ?? NO_JAIL;
    if (number !== NO_JAIL) return this.#jails[number];
    const close = mark - (found[FOUND.restored] === 1 ? RESTORE : 2);
    const name = bytes.subarray(open + 1, close);
    if (name.length === 0 || name.includes(BRACKET)) return undefined;
    const jail = this.#part.decode(name);
    if (this.#search.addJail(name)) this.#jails.push(jail);
    return jail;
  }

  #network(from: number, to: number): Network | undefined {
    const { bytes, found } = this.#search;
    if (found[FOUND.family] === 4) {
      return { family: 4, address: found[FOUND.address] ?? 0, prefix: FULL_PREFIX[4] };
    }
    const words = this.#words;
    if (readIpv6(bytes, from, to, words, 0) && words[2] !== MAPPED) {
      return { family: 6, address: ipv6OfWords(words, 0), prefix: FULL_PREFIX[6] };
    }
    const network = readNetwork(this.#part.decode(bytes.subarray(from, to)));
    return typeof network === "string" ? undefined : network;
  }

  /** When the ban was, or `undefined` when the line tells a time that never was. */
  #time({ time, isLocal }: LineLayout, line: number): number | undefined {
    if (!time) return Math.floor(this.notAfter);
    const { bytes, found } = this.#search;
    if (isLocal) return this.#localTime(found[FOUND.date] ?? 0, found[FOUND.second] ?? 0);
    const [from, to] = [line + time[0], line + time[1]];
    const text = this.#part.decode(bytes.subarray(from, to));
    const isBsd = (bytes[from] ?? 0) >= 0x41;
    const parsed = isBsd ? parseBsdTime(text, this.notAfter, this.#zone) : parseIsoTime(text);
    return parsed && instantOf(parsed, this.#zone);
  }

  #localTime(date: number, second: number): number | undefined {
    if (date !== this.#date) {
      const digits = String(date).padStart(8, "0");
      const day = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
      this.#date = date;
      this.#midnight = parseIsoTime(`${day}T00:00:00`)?.wall ?? NaN;
    }
    const wall = this.#midnight + second;
    return Number.isNaN(wall) ? undefined : this.#instant(wall);
  }

  #instant(wall: number): number {
    if (wall >= this.#first && wall < this.#first + STRETCH) return wall - this.#offset;
    const first = Math.floor(wall / STRETCH) * STRETCH;
    const last = first + STRETCH - 1;
    const offset = first - instantOf({ wall: first }, this.#zone);
    // Clocks are set at quarters of an hour, but were not always, nor everywhere.
    const isSteady = last - instantOf({ wall: last }, this.#zone) === offset;
    if (!isSteady) return instantOf({ wall }, this.#zone);
    this.#first = first;
    this.#offset = offset;
    this.#search.setStretch(this.#date, first - this.#midnight, this.#midnight - offset);
    return wall - offset;
  }
}
