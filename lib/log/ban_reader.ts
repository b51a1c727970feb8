/**
 * Reads the ban lines of a log from their bytes.
 *
 * A line that has the layout of one before it is read in place; every other one is made a string and
 * held against the grammar of `ban_line.ts`, which is a dozen times slower.
 *
 * @module
 */

import { ipv6OfWords, readIpv4, readIpv6 } from "../ip/address.ts";
import { FULL_PREFIX, type Network, readNetwork } from "../ip/network.ts";
import type { Ban } from "./ban.ts";
import { parseBanLine } from "./ban_line.ts";
import { hasLayout, learnLayout, type LineLayout } from "./line_layout.ts";
import { instantOf, parseBsdTime, parseIsoTime, type TimeZone } from "./time_zone.ts";

/** Layouts held at a time: hosts or servers that log to one file take turns. */
const LAYOUTS = 4;
/** A log where so many more layouts were learned than ever came again is not worth learning. */
const FRUITLESS = 100;

/** The third word of an IPv4 address mapped into IPv6, and of a few others. */
const MAPPED = 0xffff;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const RESTORE = "] Restore ".length;
const BAN = "Ban ".length;
const DATE = "2026-11-22".length;
/** Clocks are set at quarters of an hour, so within one local time and instant go side by side. */
const QUARTER = 900;

/** Reads the ban lines of one log. */
export class BanReader {
  /**
   * The instant (seconds since 1970) that the log was written last: it gives yearless times their
   * year, and lines without a time theirs.
   */
  notAfter: number;
  readonly #zone: TimeZone;
  readonly #layouts: LineLayout[] = [];
  #hits = 0;
  #learned = 0;
  readonly #jails: { readonly bytes: Uint8Array; readonly name: string }[] = [];
  /** The date read last and when it began on the wall. */
  #date = { bytes: new Uint8Array(DATE), midnight: NaN };
  /** The quarter of an hour read last, on the wall, and how far the wall is ahead of UTC in it. */
  #quarter = { number: NaN, offset: 0 };
  /** The text read last, and the same for reading words. */
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  readonly #words = new Uint32Array(4);
  readonly #line = new TextDecoder();
  readonly #part = new TextDecoder("utf-8", { ignoreBOM: true });

  /**
   * Makes a reader for one log.
   *
   * @param zone The zone of times that name none.
   * @param notAfter See {@linkcode BanReader.notAfter}.
   */
  constructor(zone: TimeZone, notAfter: number) {
    this.#zone = zone;
    this.notAfter = notAfter;
  }

  /**
   * Reads a line, whose place a {@linkcode BanFinder} found.
   *
   * @param bytes The text around it.
   * @param from Where it begins.
   * @param mark Where the `B` of the `] Ban ` or `] Restore Ban ` in it is.
   * @param to Where it ends, without its line end.
   * @returns The ban, or `undefined` when the line is none.
   */
  read(bytes: Uint8Array, from: number, mark: number, to: number): Ban | undefined {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const view = this.#view;
    for (let index = 0; index < this.#layouts.length; index++) {
      const layout = this.#layouts[index];
      if (!layout || !hasLayout(layout, view, from, to)) continue;
      const ban = this.#readInPlace(layout, bytes, from, mark, to);
      if (!ban) break;
      this.#hits++;
      if (index > 0) this.#layouts.unshift(...this.#layouts.splice(index, 1));
      return ban;
    }
    return this.#readByGrammar(bytes.subarray(from, to));
  }

  #readInPlace(
    layout: LineLayout,
    bytes: Uint8Array,
    from: number,
    mark: number,
    to: number,
  ): Ban | undefined {
    const open = from + layout.length;
    const restored = bytes[mark - 2] !== CLOSE;
    const close = restored ? mark - RESTORE : mark - 2;
    // A jail ends at the first bracket, and an ID has a character at least.
    if (bytes[open] !== OPEN || close < open + 2 || mark + BAN >= to) return undefined;
    const jail = this.#jail(bytes, open + 1, close);
    if (jail === undefined) return undefined;
    const time = this.#time(layout, bytes, from);
    if (time === undefined) return undefined;
    return { network: this.#network(bytes, mark + BAN, to), jail, time, restored };
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
    this.#learned++;
    const layout = learnLayout(line);
    if (!layout) return;
    this.#layouts.unshift(layout);
    this.#layouts.length = Math.min(this.#layouts.length, LAYOUTS);
  }

  /** The name of a jail, one string for all its bans; `undefined` for what no jail is called. */
  #jail(bytes: Uint8Array, from: number, to: number): string | undefined {
    for (const { bytes: known, name } of this.#jails) {
      if (known.length === to - from && isAt(known, bytes, from)) return name;
    }
    const fresh = bytes.slice(from, to);
    if (fresh.includes(CLOSE)) return undefined;
    const name = this.#part.decode(fresh);
    if (this.#jails.length < FRUITLESS) this.#jails.push({ bytes: fresh, name });
    return name;
  }

  #network(bytes: Uint8Array, from: number, to: number): Network | undefined {
    const address = readIpv4(bytes, from, to);
    if (address !== undefined) return { family: 4, address, prefix: FULL_PREFIX[4] };
    const words = this.#words;
    if (readIpv6(bytes, from, to, words, 0) && words[2] !== MAPPED) {
      return { family: 6, address: ipv6OfWords(words, 0), prefix: FULL_PREFIX[6] };
    }
    const network = readNetwork(this.#part.decode(bytes.subarray(from, to)));
    return typeof network === "string" ? undefined : network;
  }

  #time({ time, isLocal }: LineLayout, bytes: Uint8Array, line: number): number | undefined {
    if (!time) return Math.floor(this.notAfter);
    const [from, to] = [line + time[0], line + time[1]];
    if (isLocal) return this.#localTime(bytes, from);
    const text = String.fromCharCode(...bytes.subarray(from, to));
    const isBsd = (bytes[from] ?? 0) >= 0x41;
    const parsed = isBsd ? parseBsdTime(text, this.notAfter, this.#zone) : parseIsoTime(text);
    return parsed && instantOf(parsed, this.#zone);
  }

  /** The instant of `2026-11-22 14:16:31`; its layout is known, its numbers are not. */
  #localTime(bytes: Uint8Array, at: number): number | undefined {
    const date = this.#date;
    if (!isAt(date.bytes, bytes, at)) {
      date.bytes = bytes.slice(at, at + DATE);
      date.midnight = parseIsoTime(`${this.#part.decode(date.bytes)}T00:00:00`)?.wall ?? NaN;
    }
    const [hour, minute] = [twoDigits(bytes, at + 11), twoDigits(bytes, at + 14)];
    const second = twoDigits(bytes, at + 17);
    if (Number.isNaN(date.midnight) || hour > 23 || minute > 59 || second > 60) return undefined;
    return this.#instant(date.midnight + hour * 3600 + minute * 60 + second);
  }

  #instant(wall: number): number {
    const quarter = this.#quarter;
    const number = Math.floor(wall / QUARTER);
    if (number === quarter.number) return wall - quarter.offset;
    const [first, last] = [number * QUARTER, number * QUARTER + QUARTER - 1];
    const offset = first - instantOf({ wall: first }, this.#zone);
    // The clock may have been set within a quarter, long ago in some places.
    const isSteady = last - instantOf({ wall: last }, this.#zone) === offset;
    if (!isSteady) return instantOf({ wall }, this.#zone);
    this.#quarter = { number, offset };
    return wall - offset;
  }
}

function isAt(wanted: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let at = 0; at < wanted.length; at++) {
    if (wanted[at] !== bytes[from + at]) return false;
  }
  return true;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) - 0x30) * 10 + (bytes[at + 1] ?? 0) - 0x30;
}
