/**
 * Networks of both families, one after the other, in typed arrays.
 *
 * @module
 */

import { ipv6OfWords, readIpv4, readIpv6, wordsOfIpv6, writeIpv4, writeIpv6 } from "./address.ts";
import { FULL_PREFIX, type Network, readNetwork, WIDE_PREFIX } from "./network.ts";
import { NetworkRows } from "./network_rows.ts";

const SLASH = 0x2f;
const COLON = 0x3a;
/** How many networks there is room for at first. */
const FIRST_ROOM = 16;

/** The longest text that {@linkcode NetworkList.write} prints, in bytes. */
export const LONGEST_NETWORK = 43;

/**
 * A list of networks of both families that keeps their order.
 *
 * It takes and gives {@linkcode Network} objects, but holds none: a million networks take 9 MB in
 * IPv4 and 21 MB in IPv6, and what works on many of them works on the rows of each family.
 *
 * @example
 * ```ts
 * import { NetworkList } from "./network_list.ts";
 * import { formatNetwork, parseNetwork } from "./network.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const list = new NetworkList();
 * list.push(parseNetwork("2001:db8::/32"));
 * list.push(parseNetwork("192.0.2.7"));
 * assertEquals([...list].map(formatNetwork), ["2001:db8::/32", "192.0.2.7"]);
 * ```
 */
export class NetworkList implements Iterable<Network> {
  /** The IPv4 networks. */
  readonly four: NetworkRows = new NetworkRows(1);
  /** The IPv6 networks. */
  readonly six: NetworkRows = new NetworkRows(4);
  /** Where each network stands: twice its row, and one more in IPv6. */
  #places = new Uint32Array(FIRST_ROOM);
  #length = 0;

  /** Makes a list of networks; a list that is one already is returned as it is. */
  static from(networks: Iterable<Network>): NetworkList {
    if (networks instanceof NetworkList) return networks;
    const list = new NetworkList();
    for (const network of networks) list.push(network);
    return list;
  }

  /** The number of networks. */
  get length(): number {
    return this.#length;
  }

  /** Puts a network at the end. */
  push(network: Network): void {
    const rows = network.family === 4 ? this.four : this.six;
    rows.reserve();
    if (network.family === 4) rows.words[rows.length] = network.address;
    else wordsOfIpv6(network.address, rows.words, 4 * rows.length);
    this.#close(rows, network.prefix);
  }

  /** Puts a network of another list at the end. */
  pushFrom(other: NetworkList, index: number): void {
    const place = other.#places[index] ?? 0;
    this.pushRow((place & 1) === 0 ? other.four : other.six, place >>> 1);
  }

  /** Puts one network of some rows at the end. */
  pushRow(from: NetworkRows, row: number): void {
    const rows = from.width === 1 ? this.four : this.six;
    rows.appendRow(from, row);
    this.#place(rows, rows.length - 1);
  }

  /** Copies a network over a row of its family. */
  copyTo(index: number, rows: NetworkRows, to: number): void {
    const place = this.#places[index] ?? 0;
    const row = place >>> 1;
    const from = (place & 1) === 0 ? this.four : this.six;
    const { width } = rows;
    for (let word = 0; word < width; word++) {
      rows.words[to * width + word] = from.words[row * width + word] ?? 0;
    }
    rows.prefixes[to] = from.prefixes[row] ?? 0;
  }

  /** Puts all networks of another list at the end. */
  pushAll(other: NetworkList): void {
    this.#reserve(other.length);
    for (let index = 0; index < other.length; index++) {
      const place = other.#places[index] ?? 0;
      const rows = (place & 1) === 0 ? this.four : this.six;
      this.#places[this.#length++] = place + 2 * rows.length;
    }
    this.four.append(other.four);
    this.six.append(other.six);
  }

  /** Puts networks of one family at the end. */
  pushRows(more: NetworkRows): void {
    const rows = more.width === 1 ? this.four : this.six;
    this.#reserve(more.length);
    for (let row = 0; row < more.length; row++) {
      this.#places[this.#length++] = 2 * (rows.length + row) + (more.width === 1 ? 0 : 1);
    }
    rows.append(more);
  }

  /**
   * Reads a network in text and puts it at the end.
   *
   * @param bytes UTF-8, as a rule ASCII.
   * @param from Where the network begins.
   * @param to Where it ends.
   * @returns What is wrong with the text, as {@linkcode readNetwork} says it; nothing is put at the
   *   end then.
   */
  read(bytes: Uint8Array, from: number, to: number): string | undefined {
    if (this.#readSimple(bytes, from, to)) return undefined;
    const network = readNetwork(decoder.decode(bytes.subarray(from, to)));
    if (typeof network === "string") return network;
    this.push(network);
    return undefined;
  }

  /** Puts an IPv4 address at the end. */
  pushIpv4(address: number): void {
    this.four.reserve();
    this.four.words[this.four.length] = address;
    this.#close(this.four, FULL_PREFIX[4]);
  }

  /** Makes room for more networks, most of them IPv4. */
  reserve(more: number): void {
    this.#reserve(more);
    this.four.reserve(more);
  }

  /** The network at an index. */
  at(index: number): Network {
    const place = this.#places[index] ?? 0;
    const row = place >>> 1;
    if ((place & 1) === 0) {
      return {
        family: 4,
        address: this.four.words[row] ?? 0,
        prefix: this.four.prefixes[row] ?? 0,
      };
    }
    const address = ipv6OfWords(this.six.words, 4 * row);
    return { family: 6, address, prefix: this.six.prefixes[row] ?? 0 };
  }

  /** The family of the network at an index. */
  familyAt(index: number): 4 | 6 {
    return ((this.#places[index] ?? 0) & 1) === 0 ? 4 : 6;
  }

  /** The prefix length of the network at an index. */
  prefixAt(index: number): number {
    const place = this.#places[index] ?? 0;
    return ((place & 1) === 0 ? this.four : this.six).prefixes[place >>> 1] ?? 0;
  }

  /** Whether the network at an index is wider than any list should hold without being told so. */
  isWideAt(index: number): boolean {
    return this.prefixAt(index) < WIDE_PREFIX[this.familyAt(index)];
  }

  /** The same networks without those at some indexes. */
  without(indexes: Iterable<number>): NetworkList {
    const gone = new Set(indexes);
    const rest = new NetworkList();
    for (let index = 0; index < this.#length; index++) {
      if (!gone.has(index)) rest.pushFrom(this, index);
    }
    return rest;
  }

  /** The networks as objects, made one by one. */
  *[Symbol.iterator](): Generator<Network> {
    for (let index = 0; index < this.#length; index++) yield this.at(index);
  }

  /** The indexes of the networks of one family, by row. */
  indexesOf(rows: NetworkRows): Uint32Array {
    const family = rows === this.four ? 0 : 1;
    const indexes = new Uint32Array(rows.length);
    for (let index = 0, row = 0; index < this.#length; index++) {
      if (((this.#places[index] ?? 0) & 1) === family) indexes[row++] = index;
    }
    return indexes;
  }

  /**
   * Prints a network into bytes, canonically: a single address bare, all else with its prefix
   * length.
   *
   * @param index Which network.
   * @param bytes Where to print it; up to {@linkcode LONGEST_NETWORK} bytes are taken.
   * @param from Where it begins there.
   * @param isAlwaysPrefixed Whether a single address gets its prefix length too.
   * @returns Where it ends.
   */
  write(index: number, bytes: Uint8Array, from: number, isAlwaysPrefixed = false): number {
    const place = this.#places[index] ?? 0;
    const row = place >>> 1;
    const isFour = (place & 1) === 0;
    const rows = isFour ? this.four : this.six;
    const at = isFour
      ? writeIpv4(rows.words[row] ?? 0, bytes, from)
      : writeIpv6(rows.words, 4 * row, bytes, from);
    const prefix = rows.prefixes[row] ?? 0;
    if (!isAlwaysPrefixed && prefix === 32 * rows.width) return at;
    return writePrefix(prefix, bytes, at);
  }

  /** Reads what nearly every line holds: no address of one family in the form of the other. */
  #readSimple(bytes: Uint8Array, from: number, to: number): boolean {
    let end = from;
    let isFour = true;
    for (; end < to && bytes[end] !== SLASH; end++) if (bytes[end] === COLON) isFour = false;
    const rows = isFour ? this.four : this.six;
    rows.reserve();
    if (isFour) {
      const address = readIpv4(bytes, from, end);
      if (address === undefined) return false;
      rows.words[rows.length] = address;
    } else if (!readIpv6(bytes, from, end, rows.words, 4 * rows.length)) return false;
    const prefix = end === to ? 32 * rows.width : readPrefix(bytes, end + 1, to);
    if (prefix === undefined || !isPlain(rows, prefix)) return false;
    this.#close(rows, prefix);
    return true;
  }

  /** Ends a row whose address is written. */
  #close(rows: NetworkRows, prefix: number): void {
    rows.prefixes[rows.length] = prefix;
    this.#place(rows, rows.length++);
  }

  /** Puts a row of this list at its end. */
  #place(rows: NetworkRows, row: number): void {
    this.#reserve(1);
    this.#places[this.#length++] = 2 * row + (rows.width === 1 ? 0 : 1);
  }

  #reserve(more: number): void {
    const room = this.#places.length;
    if (this.#length + more <= room) return;
    const wanted = Math.max(2 * room, this.#length + more);
    const places = this.#places;
    this.#places = new Uint32Array(wanted);
    this.#places.set(places);
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A prefix length in text, or `undefined` when it is none or too long for any family. */
function readPrefix(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (from >= to || to - from > 3 || (bytes[from] === 0x30 && to - from > 1)) return undefined;
  let prefix = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    prefix = 10 * prefix + digit;
  }
  return prefix;
}

function writePrefix(prefix: number, bytes: Uint8Array, from: number): number {
  let at = from;
  bytes[at++] = SLASH;
  if (prefix >= 100) bytes[at++] = 0x31;
  if (prefix >= 10) bytes[at++] = 0x30 + Math.trunc(prefix / 10) % 10;
  bytes[at++] = 0x30 + prefix % 10;
  return at;
}

/** Whether the address behind the last row has no bits below the prefix and is not mapped IPv4. */
function isPlain({ words, width, length }: NetworkRows, prefix: number): boolean {
  if (prefix > 32 * width) return false;
  const row = length * width;
  for (let at = 0; at < width; at++) {
    const left = prefix - 32 * at;
    const low = left <= 0 ? 0xffffffff : left >= 32 ? 0 : 0xffffffff >>> left;
    if (((words[row + at] ?? 0) & low) !== 0) return false;
  }
  return width === 1 || words[row] !== 0 || words[row + 1] !== 0 || words[row + 2] !== 0xffff;
}
