/**
 * The history of bans as bytes: a line that names the format, then blocks one behind the other.
 *
 * A block is: a letter and three zeros; the length of what it holds; a digest of that; what it holds;
 * the length again; a mark. Numbers have 32 bits, the lowest byte first. So the last block is found
 * from the end of the file, and one that was not written whole, or was damaged, is told.
 *
 * `B` holds bans, `R` traces of logs that are gone, as JSON, and `S` the state, as JSON. What stands
 * behind the last state was never finished and does not count.
 *
 * @module
 */

import type { BanBatch } from "../log/ban_batch.ts";
import { digest } from "../log/fingerprint.ts";

/** What a block holds. */
export type BlockKind = "B" | "R" | "S";

/** A block. */
export interface Block {
  /** What it holds. */
  readonly kind: BlockKind;
  /** That, as bytes; those of a larger piece of memory. */
  readonly payload: Uint8Array<ArrayBuffer>;
  /** Where it begins and where it ends, in bytes of the file. */
  readonly from: number;
  /** Where it ends. */
  readonly to: number;
}

/** The version of the format that is written. */
export const VERSION = 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a history begins with. */
export const HEADER: Uint8Array = encoder.encode(`permaban history ${VERSION}\n`);

/** Bytes of a block before what it holds, and behind. */
const BEFORE = 12;
/** Bytes of a block behind what it holds. */
export const BEHIND = 8;
const MARK = 0x4b_63_6c_42;

/** The version of the format that a file begins with, or `undefined` if it is no history. */
export function versionOf(bytes: Uint8Array): number | undefined {
  const match = /^permaban history (\d{1,9})\n/.exec(decoder.decode(bytes.subarray(0, 32)));
  return match ? Number(match[1]) : undefined;
}

/** Makes a block. */
export function toBlock(kind: BlockKind, payload: Uint8Array): Uint8Array {
  const block = new Uint8Array(BEFORE + payload.length + BEHIND);
  const view = new DataView(block.buffer);
  block[0] = kind.charCodeAt(0);
  view.setUint32(4, payload.length, true);
  view.setUint32(8, digest(payload, kind.charCodeAt(0)), true);
  block.set(payload, BEFORE);
  view.setUint32(BEFORE + payload.length, payload.length, true);
  view.setUint32(BEFORE + payload.length + 4, MARK, true);
  return block;
}

/**
 * The block that begins at a place, or `undefined` when there is no whole one.
 *
 * @param bytes A piece of the file.
 * @param from The place in the piece.
 * @param offset The place of the piece in the file.
 */
export function blockAt(
  bytes: Uint8Array<ArrayBuffer>,
  from: number,
  offset = 0,
): Block | undefined {
  if (bytes.length - from < BEFORE + BEHIND) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = KINDS[view.getUint32(from, true)];
  if (!kind) return undefined;
  const length = view.getUint32(from + 4, true);
  const end = from + BEFORE + length;
  if (end + BEHIND > bytes.length || view.getUint32(end, true) !== length) return undefined;
  if (view.getUint32(end + 4, true) !== MARK) return undefined;
  const payload = bytes.subarray(from + BEFORE, end);
  if (digest(payload, kind.charCodeAt(0)) !== view.getUint32(from + 8, true)) return undefined;
  return { kind, payload, from: offset + from, to: offset + end + BEHIND };
}

/** Whether a block begins at a place that has both its ends: a write that was cut off lacks the last. */
function hasBothEnds(bytes: Uint8Array<ArrayBuffer>, from: number): boolean {
  if (bytes.length - from < BEFORE + BEHIND) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(from + 4, true);
  const end = from + BEFORE + length;
  return KINDS[view.getUint32(from, true)] !== undefined && end + BEHIND <= bytes.length &&
    view.getUint32(end, true) === length && view.getUint32(end + 4, true) === MARK;
}

const KINDS: Readonly<Record<number, BlockKind>> = { 0x42: "B", 0x52: "R", 0x53: "S" };

/** The length of the block that ends where a piece of the file ends, or `undefined` if none does. */
export function lastLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < BEHIND) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(bytes.length - 4, true) !== MARK) return undefined;
  return BEFORE + view.getUint32(bytes.length - BEHIND, true) + BEHIND;
}

/** All whole blocks of a history, and whether there is anything between them that is none. */
export interface Blocks {
  /** The blocks, in order. */
  readonly blocks: readonly Block[];
  /** Whether something stands before or between them. */
  readonly isDamaged: boolean;
}

/**
 * Finds the blocks of a history.
 *
 * @param bytes The file.
 */
export function blocksOf(bytes: Uint8Array<ArrayBuffer>): Blocks {
  const blocks: Block[] = [];
  // A file may have been cut anywhere, but not have begun in another way.
  let isDamaged = !bytes.subarray(0, HEADER.length).every((byte, at) => byte === HEADER[at]);
  let at = isDamaged ? 0 : HEADER.length;
  let isLost = isDamaged;
  while (at < bytes.length) {
    const block = blockAt(bytes, at);
    if (!block) {
      isDamaged ||= hasBothEnds(bytes, at);
      isLost = true;
      at++;
      continue;
    }
    if (isLost) isDamaged = true;
    isLost = false;
    blocks.push(block);
    at = block.to;
  }
  return { blocks, isDamaged };
}

/** Bans as what a block holds: their number, the length of the names of jails as JSON, these, they. */
export function bansToBytes({ count, bytes, jails }: BanBatch): Uint8Array {
  const names = encoder.encode(JSON.stringify(jails));
  const payload = new Uint8Array(8 + names.length + bytes.length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, count, true);
  view.setUint32(4, names.length, true);
  payload.set(names, 8);
  payload.set(bytes, 8 + names.length);
  return payload;
}

/** The bans that a block holds. */
export function bansOfBytes(payload: Uint8Array<ArrayBuffer>): BanBatch {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const names = view.getUint32(4, true);
  return {
    count: view.getUint32(0, true),
    jails: JSON.parse(decoder.decode(payload.subarray(8, 8 + names))),
    bytes: payload.subarray(8 + names),
  };
}

/** A value as JSON in bytes. */
export function jsonToBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** The value that JSON in bytes stands for. */
export function jsonOfBytes(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes));
}

/** How long pieces are together, in bytes. */
export function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
