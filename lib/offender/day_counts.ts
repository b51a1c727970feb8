/**
 * On how many days there was something of each of many, in flat memory.
 *
 * A hash table of what was met: some 20 bytes for each number and day. Bans of one address are mostly
 * on few days, so this is less than a bit for each day of a long time.
 *
 * @module
 */

const FIRST_SLOTS = 1024;
/** Slots that are in use at most, as a part of all. */
const LOAD = 0.7;

/** Counts the distinct days of each number from 0 on. */
export class DayCounts {
  /** For each slot a number plus one, or 0, and a day. */
  #slots = new Uint32Array(2 * FIRST_SLOTS);
  #used = 0;
  /** The days of each number. */
  #counts = new Uint32Array(FIRST_SLOTS);
  #lastNumber = -1;
  #lastDay = 0;
  /** As with {@linkcode BanCounts}: nobody must know what collides. */
  readonly #seed = Math.floor(Math.random() * 2 ** 32);

  /** Takes a day, a whole number, of a number. */
  add(number: number, day: number): void {
    if (number === this.#lastNumber && day === this.#lastDay) return;
    this.#lastNumber = number;
    this.#lastDay = day;
    if (this.#used >= this.#slots.length / 2 * LOAD) this.#grow();
    const slot = this.#find(this.#slots, number + 1, day >>> 0);
    if (this.#slots[slot] !== 0) return;
    this.#slots[slot] = number + 1;
    this.#slots[slot + 1] = day;
    this.#used++;
    if (number >= this.#counts.length) {
      const counts = new Uint32Array(Math.max(2 * this.#counts.length, number + 1));
      counts.set(this.#counts);
      this.#counts = counts;
    }
    this.#counts[number]!++;
  }

  /** On how many days a number was met. */
  of(number: number): number {
    return this.#counts[number] ?? 0;
  }

  /** Where a pair stands, or the free place where it belongs. */
  #find(slots: Uint32Array, number: number, day: number): number {
    const mask = slots.length / 2 - 1;
    let hash = Math.imul(this.#seed ^ number, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ day, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    for (let slot = (hash ^ (hash >>> 16)) & mask;; slot = (slot + 1) & mask) {
      const known = slots[2 * slot];
      if (known === 0 || (known === number && slots[2 * slot + 1] === day)) return 2 * slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      const [number = 0, day = 0] = [old[at], old[at + 1]];
      if (number === 0) continue;
      const slot = this.#find(slots, number, day);
      slots[slot] = number;
      slots[slot + 1] = day;
    }
    this.#slots = slots;
  }
}
