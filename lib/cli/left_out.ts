/**
 * Entries of the blocklist that have no rule of their own in a batch, for those who want to know.
 *
 * @module
 */

import type { Blocklist } from "../blocklist/blocklist.ts";
import { formatNetwork } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { widestNetworks } from "../ip/widest_networks.ts";
import type { Messages } from "./messages.ts";

/** Remembers entries and where they stand, and says which are left out and why. */
export class LeftOut {
  readonly #families: readonly (4 | 6)[];
  readonly #networks = new NetworkList();
  readonly #lines: number[] = [];
  readonly #said: { readonly line: number; readonly message: string }[] = [];

  /** Makes one for a batch of some families. */
  constructor(families: readonly (4 | 6)[]) {
    this.#families = families;
  }

  /**
   * Takes the entries of a part of the list.
   *
   * @param list The part.
   * @param wide Indexes of those that are too wide, of which others say so.
   * @param lapsed Indexes of those that have lapsed.
   */
  add(
    { networks, lines }: Blocklist,
    wide: readonly number[],
    lapsed: readonly number[],
  ): void {
    const gone = new Set([...wide, ...lapsed]);
    for (let index = 0; index < networks.length; index++) {
      if (gone.has(index)) continue;
      this.#networks.pushFrom(networks, index);
      this.#lines.push(lines[index] ?? 0);
    }
    for (const index of lapsed) {
      this.#push(lines[index] ?? 0, networks, index, "it has lapsed");
    }
  }

  /** Says it, in the order of the list. */
  say(path: string, messages: Messages): void {
    const networks = this.#networks;
    const widest = widestNetworks(networks);
    for (let index = 0; index < networks.length; index++) {
      const reason = this.#reasonFor(index, widest[index] ?? index);
      if (reason !== undefined) this.#push(this.#lines[index] ?? 0, networks, index, reason);
    }
    for (const { line, message } of this.#said.sort((a, b) => a.line - b.line)) {
      messages.detail(`${path}:${line}: ${message}`);
    }
  }

  #push(line: number, networks: NetworkList, index: number, reason: string): void {
    this.#said.push({ line, message: `Left out ${formatNetwork(networks.at(index))}: ${reason}` });
  }

  #reasonFor(index: number, widest: number): string | undefined {
    const family = this.#networks.familyAt(index);
    if (!this.#families.includes(family)) return `the batch is not for IPv${family}`;
    if (widest === index) return undefined;
    const line = this.#lines[widest];
    if (this.#networks.prefixAt(widest) === this.#networks.prefixAt(index)) {
      return `line ${line} has it already`;
    }
    return `${formatNetwork(this.#networks.at(widest))} in line ${line} holds it`;
  }
}
