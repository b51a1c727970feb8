/**
 * Names by small numbers.
 *
 * @module
 */

/** Gives each name a number, from 0 on, in the order in which they are met. */
export class NameNumbers {
  readonly #numbers = new Map<string, number>();

  /** The number of a name. */
  of(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(name, number);
    }
    return number;
  }

  /** The names, each at its number. */
  names(): string[] {
    return [...this.#numbers.keys()];
  }
}
