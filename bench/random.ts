/**
 * Random numbers that are the same on every machine and in every version of the runtime.
 *
 * Only 32-bit integer steps and the four basic operations on doubles are used: `Math.pow` and its
 * kin may round differently from one engine to the next, and with them whole files would change.
 *
 * @module
 */

/** A seeded generator (sfc32): small, fast, and good enough for test data. Never for secrets. */
export class Random {
  #a: number;
  #b: number;
  #c = 0x9e3779b9;
  #counter = 1;

  /**
   * Starts the sequence that belongs to a seed.
   *
   * @param seed A whole number; equal seeds give equal sequences.
   */
  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.floor(seed / 0x1_0000_0000) | 0;
    // The first values still show the seed.
    for (let i = 0; i < 16; i++) this.uint32();
  }

  /** Returns the next whole number from 0 to 4,294,967,295. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return sum >>> 0;
  }

  /** Returns the next fraction, at least 0 and below 1. */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /**
   * Returns a whole number below a bound.
   *
   * @param bound How many values there are, at most 2³².
   * @returns A number from 0 to `bound - 1`.
   */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  /** Returns `true` with the given probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Returns one of the given values, each as likely as the next. */
  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError("Cannot pick from an empty list");
    return value;
  }
}
