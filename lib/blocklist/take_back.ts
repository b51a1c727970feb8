/**
 * Takes a change of a list back, as far as the list still has what came and has room for what went.
 *
 * @module
 */

import { formatNetwork } from "../ip/network.ts";
import { parseBlocklist } from "./blocklist.ts";
import { linesOf } from "./journal_record.ts";
import type { Part } from "./line_difference.ts";

/** What became of it. */
export interface TakenBack {
  /** The new list. */
  readonly bytes: Uint8Array;
  /** Lines that were put back. */
  readonly restored: readonly Part[];
  /** Lines that were taken out. */
  readonly removed: readonly Part[];
  /** Lines that came and are not there any more. */
  readonly lost: readonly Part[];
  /** Lines that are not put back, since what came in their place was itself replaced. */
  readonly superseded: readonly Part[];
}

const NEWLINE = 0x0a;

/**
 * Takes a change back.
 *
 * Where nothing else changed since, the list becomes byte for byte what it was. Else lines are put
 * back at their old places as far as those hold; other lines stay, whatever they are.
 *
 * @param list The list as it is now.
 * @param parts What changed.
 */
export function takeBack(list: Uint8Array, parts: readonly Part[]): TakenBack {
  const { found, lost } = findLines(list, parts.filter(({ sign }) => sign === "+"));
  const kept = without(list, found);
  const gone = parts.filter(({ sign }) => sign === "-");
  const later = replacedSince(kept, lost);
  const isSuperseded = (line: Part) => later.has(nameOf(line) ?? "");
  const superseded = later.size === 0 ? [] : linesOf(gone).filter(isSuperseded);
  const restored = superseded.length === 0
    ? gone
    : linesOf(gone).filter((line) => !isSuperseded(line));
  return { bytes: withLines(kept, restored), restored, removed: found, lost, superseded };
}

/** The networks of lines that are not there any more and of which the list has other ones. */
function replacedSince(list: Uint8Array, lost: readonly Part[]): Set<string> {
  const names = new Set(lost.map(nameOf));
  names.delete(undefined);
  if (names.size === 0) return new Set();
  const { networks } = parseBlocklist(list);
  return new Set(Array.from(networks, formatNetwork).filter((name) => names.has(name)));
}

/** The network of a line, if it is an entry. */
function nameOf({ bytes }: Part): string | undefined {
  const { networks } = parseBlocklist(bytes);
  return networks.length > 0 ? formatNetwork(networks.at(0)) : undefined;
}

/** Where lines that came stand now, in order; of lines that are alike, those nearest to the old places. */
function findLines(list: Uint8Array, parts: readonly Part[]): { found: Part[]; lost: Part[] } {
  const found: Part[] = [];
  const missing: Part[] = [];
  for (const part of parts) {
    if (isAt(list, part)) found.push(part);
    else missing.push(...linesOf([part]));
  }
  if (missing.length === 0) return { found, lost: [] };
  const wanted = new Map<string, Part[]>();
  for (const line of missing) {
    const text = textOf(line.bytes);
    const alike = wanted.get(text) ?? [];
    alike.push(line);
    wanted.set(text, alike);
  }
  const taken = [...found];
  const places = placesOf(list, wanted, taken);
  const lost: Part[] = [];
  for (const line of missing) {
    const free = places.get(textOf(line.bytes)) ?? [];
    const nearest = free.reduce(
      (best, at, index) =>
        Math.abs(at - line.at) <= Math.abs((free[best] ?? Infinity) - line.at) ? index : best,
      0,
    );
    const [at] = free.splice(nearest, 1);
    if (at === undefined) lost.push(line);
    else found.push({ sign: "+", at, bytes: line.bytes });
  }
  return { found: found.sort((a, b) => a.at - b.at), lost };
}

/** Where lines stand that are wanted, and not taken already. */
function placesOf(
  list: Uint8Array,
  wanted: ReadonlyMap<string, unknown>,
  taken: readonly Part[],
): Map<string, number[]> {
  const sorted = taken.toSorted((a, b) => a.at - b.at);
  const places = new Map<string, number[]>();
  let next = 0;
  for (let start = 0; start < list.length;) {
    const end = list.indexOf(NEWLINE, start) + 1 || list.length;
    const part = sorted[next];
    if (part && start >= part.at) {
      start = part.at + part.bytes.length;
      next++;
      continue;
    }
    const text = textOf(list.subarray(start, end));
    if (wanted.has(text)) places.set(text, [...places.get(text) ?? [], start]);
    start = end;
  }
  return places;
}

/** Whether lines stand in a list where they came. */
function isAt(list: Uint8Array, { at, bytes }: Part): boolean {
  const end = at + bytes.length;
  if (end > list.length || (at > 0 && list[at - 1] !== NEWLINE)) return false;
  if (bytes.at(-1) !== NEWLINE && end !== list.length) return false;
  for (let index = 0; index < bytes.length; index++) {
    if (list[at + index] !== bytes[index]) return false;
  }
  return true;
}

function without(list: Uint8Array, parts: readonly Part[]): Uint8Array {
  const kept: Uint8Array[] = [];
  let from = 0;
  for (const { at, bytes } of parts) {
    kept.push(list.subarray(from, at));
    from = at + bytes.length;
  }
  kept.push(list.subarray(from));
  return joined(kept);
}

/** A list with lines put where they stood, in order; at the end where it is shorter now. */
function withLines(list: Uint8Array, parts: readonly Part[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let from = 0;
  let put = 0;
  const push = (piece: Uint8Array) => {
    if (piece.length === 0) return;
    const last = pieces.at(-1);
    // Something came behind a last line that had no end.
    if (last && last.at(-1) !== NEWLINE) {
      pieces.push(Uint8Array.of(NEWLINE));
      put++;
    }
    pieces.push(piece);
  };
  for (const { at, bytes } of parts) {
    const place = Math.max(from, lineStart(list, at - put));
    push(list.subarray(from, place));
    push(bytes);
    from = place;
    put += bytes.length;
  }
  push(list.subarray(from));
  return joined(pieces);
}

/** The place itself if a line begins there, else where the next one does. */
function lineStart(list: Uint8Array, place: number): number {
  if (place <= 0) return 0;
  if (place >= list.length) return list.length;
  return list[place - 1] === NEWLINE ? place : list.indexOf(NEWLINE, place) + 1 || list.length;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Bytes as text that no other bytes give. */
function textOf(bytes: Uint8Array): string {
  return latin1.decode(bytes);
}

const latin1 = new TextDecoder("latin1");
