/**
 * Tells texts apart without keeping them.
 *
 * @module
 */

/** A length in bytes and a digest: two texts with the same fingerprint are taken for one. */
export interface Fingerprint {
  /** The length of the text, in bytes. */
  readonly length: number;
  /** 64 bits in hexadecimal. */
  readonly digest: string;
}

/** The fingerprint of a text. */
export function fingerprintOf(text: Uint8Array): Fingerprint {
  const halves = [digest(text, 0), digest(text, 0x5bd1e995)];
  return {
    length: text.length,
    digest: halves.map((half) => half.toString(16).padStart(8, "0")).join(""),
  };
}

/** Whether a text is the one of a fingerprint. */
export function isFingerprintOf(print: Fingerprint, text: Uint8Array): boolean {
  return text.length === print.length && fingerprintOf(text).digest === print.digest;
}

/**
 * A digest of 32 bits: MurmurHash3_x86_32 (A. Appleby).
 *
 * It finds damage, not forgery: who can write the logs needs no collision.
 *
 * @param bytes The text.
 * @param seed Another seed makes another digest.
 */
export function digest(bytes: Uint8Array, seed: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length - bytes.length % 4;
  let hash = seed | 0;
  for (let at = 0; at < whole; at += 4) {
    hash ^= mixed(view.getInt32(at, true));
    hash = Math.imul(hash << 13 | hash >>> 19, 5) + 0xe6546b64 | 0;
  }
  let rest = 0;
  for (let at = bytes.length - 1; at >= whole; at--) rest = rest << 8 | view.getUint8(at);
  hash ^= mixed(rest) ^ bytes.length;
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return (hash ^ hash >>> 16) >>> 0;
}

function mixed(word: number): number {
  const scaled = Math.imul(word, 0xcc9e2d51);
  return Math.imul(scaled << 15 | scaled >>> 17, 0x1b873593);
}
