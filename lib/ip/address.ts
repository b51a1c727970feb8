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
const scratch = new Uint8Array(LONGEST_QUAD);

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
  let address = 0;
  let octet = -1;
  let octets = 0;
  for (let at = from; at < to; at++) {
    const code = bytes[at] ?? 0;
    if (code === 0x2e) {
      if (octet < 0 || octets === 3) return undefined;
      address = address * 256 + octet;
      octets++;
      octet = -1;
      continue;
    }
    if (code < 0x30 || code > 0x39 || octet === 0) return undefined;
    octet = octet < 0 ? code - 0x30 : octet * 10 + code - 0x30;
    if (octet > 255) return undefined;
  }
  return octets === 3 && octet >= 0 ? address * 256 + octet : undefined;
}

/** Prints an IPv4 address as a dotted quad. */
export function formatIpv4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

const GROUP = /^[0-9A-Fa-f]{1,4}$/;

/** The 16-bit groups of a part of an IPv6 address, or `undefined` when one is malformed. */
function groupsOf(part: string, mayEndInQuad: boolean): number[] | undefined {
  if (part === "") return [];
  const groups: number[] = [];
  const words = part.split(":");
  for (const [index, word] of words.entries()) {
    if (GROUP.test(word)) {
      groups.push(parseInt(word, 16));
      continue;
    }
    const quad = mayEndInQuad && index === words.length - 1 ? parseIpv4(word) : undefined;
    if (quad === undefined) return undefined;
    groups.push(quad >>> 16, quad & 0xffff);
  }
  return groups;
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
  if (text.length < 2 || text.length > 45) return undefined;
  const gap = text.indexOf("::");
  const groups = gap < 0
    ? groupsOf(text, true)
    : joinAcrossGap(text.slice(0, gap), text.slice(gap + 2));
  if (groups?.length !== 8) return undefined;
  return BigInt("0x" + groups.map((group) => group.toString(16).padStart(4, "0")).join(""));
}

function joinAcrossGap(before: string, after: string): number[] | undefined {
  const head = groupsOf(before, false);
  const tail = groupsOf(after, true);
  if (head === undefined || tail === undefined) return undefined;
  const zeros = 8 - head.length - tail.length;
  // "::" stands for at least one group (RFC 4291).
  return zeros < 1 ? undefined : [...head, ...new Array<number>(zeros).fill(0), ...tail];
}

/** Prints an IPv6 address as RFC 5952 wants it: lower case, the longest run of zeros as `::`. */
export function formatIpv6(address: bigint): string {
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) {
    groups.push(((address >> shift) & 0xffffn).toString(16));
  }
  const gap = longestZeros(groups);
  if (gap.length < 2) return groups.join(":");
  const before = groups.slice(0, gap.start).join(":");
  return `${before}::${groups.slice(gap.start + gap.length).join(":")}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === "0" ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}
