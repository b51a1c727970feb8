/**
 * IPv4 and IPv6 addresses as integers: parsed strictly, printed canonically.
 *
 * An IPv4 address is an unsigned 32-bit number, an IPv6 address a 128-bit bigint. Nothing here is
 * lenient: what fail2ban, iptables and a reader could understand in two ways is not an address.
 *
 * @module
 */

/** The longest dotted quad, in characters. */
const LONGEST_QUAD = 15;
/** The longest IPv6 address, in characters: its last two groups as a dotted quad. */
const LONGEST_IPV6 = 45;
const DOT = 0x2e;
const COLON = 0x3a;
/** Where an address stands while it is turned from text or into it. */
const scratch = new Uint8Array(LONGEST_IPV6);
const scratchWords = new Uint32Array(4);
const scratchGroups = new Uint16Array(8);
const decoder = new TextDecoder();

/**
 * Parses a dotted quad.
 *
 * Four decimal numbers from 0 to 255 without leading zeros, which some programs read as octal.
 *
 * @param text The text to parse, nothing around the address.
 * @returns The address as an unsigned 32-bit number, or `undefined` when the text is none.
 */
export function parseIpv4(text: string): number | undefined {
  if (text.length > LONGEST_QUAD) return undefined;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x39) return undefined;
    scratch[at] = code;
  }
  return readIpv4(scratch, 0, text.length);
}

/**
 * Parses a dotted quad in bytes, without making a string of it.
 *
 * @param bytes ASCII text.
 * @param from Where the address begins.
 * @param to Where it ends.
 * @returns As {@linkcode parseIpv4}.
 */
export function readIpv4(bytes: Uint8Array, from: number, to: number): number | undefined {
  return readLeadingIpv4(bytes, from, to, scratchWords) === to ? scratchWords[0] : undefined;
}

/**
 * Parses the dotted quad that some bytes begin with, without knowing where it ends.
 *
 * @param bytes ASCII text.
 * @param from Where it begins.
 * @param to Where the text ends.
 * @param words Takes the address as its first word; only to be read if there is one.
 * @returns Where the address ends, which no digit and no dot follows, or -1 where there is none.
 */
export function readLeadingIpv4(
  bytes: Uint8Array,
  from: number,
  to: number,
  words: Uint32Array,
): number {
  let address = 0;
  let octet = -1;
  let octets = 0;
  let at = from;
  for (; at < to; at++) {
    const code = bytes[at] ?? 0;
    if (code === DOT) {
      if (octet < 0 || octets === 3) return -1;
      address = (address << 8) | octet;
      octets++;
      octet = -1;
      continue;
    }
    if (code < 0x30 || code > 0x39) break;
    if (octet === 0) return -1;
    octet = octet < 0 ? code - 0x30 : octet * 10 + code - 0x30;
    if (octet > 255) return -1;
  }
  if (octets < 3 || octet < 0) return -1;
  words[0] = (address << 8) | octet;
  return at;
}

/** Prints an IPv4 address as a dotted quad. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/**
 * Prints an IPv4 address into bytes, without making a string of it.
 *
 * @param address The address.
 * @param bytes Where to print it; up to 15 bytes are taken.
 * @param from Where it begins there.
 * @returns Where it ends.
 */
export function writeIpv4(address: number, bytes: Uint8Array, from: number): number {
  let at = from;
  for (let shift = 24; shift >= 0; shift -= 8) {
    const octet = (address >>> shift) & 255;
    if (octet >= 100) bytes[at++] = 0x30 + Math.trunc(octet / 100);
    if (octet >= 10) bytes[at++] = 0x30 + Math.trunc(octet / 10) % 10;
    bytes[at++] = 0x30 + octet % 10;
    if (shift > 0) bytes[at++] = DOT;
  }
  return at;
}

/**
 * Parses an IPv6 address in any form of RFC 4291, section 2.2.
 *
 * Zone names (`%eth0`) and brackets are refused: they name more than an address.
 *
 * @param text The text to parse, nothing around the address.
 * @returns The address as a 128-bit bigint, or `undefined` when the text is none.
 */
export function parseIpv6(text: string): bigint | undefined {
  if (text.length > LONGEST_IPV6) return undefined;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x7f) return undefined;
    scratch[at] = code;
  }
  if (!readIpv6(scratch, 0, text.length, scratchWords, 0)) return undefined;
  return ipv6OfWords(scratchWords, 0);
}

/**
 * Parses an IPv6 address in bytes, without making a string or a bigint of it.
 *
 * @param bytes ASCII text.
 * @param from Where the address begins.
 * @param to Where it ends.
 * @param words Takes the address as four words of 32 bits, the highest first.
 * @param row Where in the words.
 * @returns Whether the text is an address; the words are only written if it is.
 */
export function readIpv6(
  bytes: Uint8Array,
  from: number,
  to: number,
  words: Uint32Array,
  row: number,
): boolean {
  const groups = scratchGroups;
  let count = 0;
  // How many groups stand before "::", below zero where there is none.
  let head = -1;
  let at = from;
  if (at + 1 < to && bytes[at] === COLON && bytes[at + 1] === COLON) {
    head = 0;
    at += 2;
  }
  while (at < to) {
    if (count === 8) return false;
    const begin = at;
    let group = 0;
    for (; at < to; at++) {
      const digit = hexDigit(bytes[at] ?? 0);
      if (digit < 0) break;
      group = (group << 4) | digit;
    }
    if (at < to && bytes[at] === DOT) {
      const quad = readIpv4(bytes, begin, to);
      if (quad === undefined || count > 6) return false;
      groups[count++] = quad >>> 16;
      groups[count++] = quad & 0xffff;
      break;
    }
    if (at === begin || at - begin > 4) return false;
    groups[count++] = group;
    if (at === to) break;
    if (bytes[at++] !== COLON || at === to) return false;
    if (bytes[at] !== COLON) continue;
    if (head >= 0) return false;
    head = count;
    at++;
  }
  // "::" stands for at least one group (RFC 4291).
  if (head < 0 ? count !== 8 : count > 7) return false;
  if (head >= 0) spread(groups, head, count);
  for (let word = 0; word < 4; word++) {
    words[row + word] = ((groups[2 * word] ?? 0) << 16) | (groups[2 * word + 1] ?? 0);
  }
  return true;
}

/** Moves the groups behind `::` to the end and puts zeros between. */
function spread(groups: Uint16Array, head: number, count: number): void {
  const zeros = 8 - count;
  for (let at = 7; at >= head; at--) {
    groups[at] = at >= head + zeros ? groups[at - zeros] ?? 0 : 0;
  }
}

/** What a hexadecimal digit stands for, below zero when the character is none. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Prints an IPv6 address as RFC 5952 wants it: lower case, the longest run of zeros as `::`. */
export function formatIpv6(address: bigint): string {
  wordsOfIpv6(address, scratchWords, 0);
  return decoder.decode(scratch.subarray(0, writeIpv6(scratchWords, 0, scratch, 0)));
}

/**
 * Prints an IPv6 address into bytes, without making a string of it.
 *
 * @param words The address as {@linkcode readIpv6} leaves it.
 * @param row Where in the words.
 * @param bytes Where to print it; up to 39 bytes are taken.
 * @param from Where it begins there.
 * @returns Where it ends.
 */
export function writeIpv6(
  words: Uint32Array,
  row: number,
  bytes: Uint8Array,
  from: number,
): number {
  let head = -1;
  let longest = 1;
  for (let at = 0, zeros = 0; at < 8; at++) {
    zeros = groupAt(words, row, at) === 0 ? zeros + 1 : 0;
    if (zeros <= longest) continue;
    longest = zeros;
    head = at - zeros + 1;
  }
  let to = from;
  for (let at = 0; at < 8; at++) {
    if (at === head) {
      bytes[to++] = COLON;
      at += longest - 1;
      if (at === 7) bytes[to++] = COLON;
      continue;
    }
    if (at > 0) bytes[to++] = COLON;
    to = writeHex(groupAt(words, row, at), bytes, to);
  }
  return to;
}

function groupAt(words: Uint32Array, row: number, at: number): number {
  const word = words[row + (at >>> 1)] ?? 0;
  return (at & 1) === 0 ? word >>> 16 : word & 0xffff;
}

function writeHex(group: number, bytes: Uint8Array, from: number): number {
  let at = from;
  for (let shift = group > 0xfff ? 12 : group > 0xff ? 8 : group > 0xf ? 4 : 0; shift >= 0;) {
    const digit = (group >>> shift) & 15;
    bytes[at++] = digit < 10 ? 0x30 + digit : 0x57 + digit;
    shift -= 4;
  }
  return at;
}

const halves = new DataView(new ArrayBuffer(16));

/** An IPv6 address in four words as a bigint. */
export function ipv6OfWords(words: Uint32Array, row: number): bigint {
  // By halves: each step of a calculation with bigints makes a new one.
  for (let word = 0; word < 4; word++) halves.setUint32(4 * word, words[row + word] ?? 0);
  return (halves.getBigUint64(0) << 64n) | halves.getBigUint64(8);
}

/** Puts an IPv6 address into four words, the highest first. */
export function wordsOfIpv6(address: bigint, words: Uint32Array, row: number): void {
  halves.setBigUint64(0, address >> 64n);
  halves.setBigUint64(8, address);
  for (let word = 0; word < 4; word++) words[row + word] = halves.getUint32(4 * word);
}
