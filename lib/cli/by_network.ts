/**
 * Things that are each about a network.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import { NetworkIndex } from "../ip/network_index.ts";
import { NetworkList } from "../ip/network_list.ts";

/** Finds things by the networks that they are about. */
export class ByNetwork<Thing extends { readonly network: Network }> {
  readonly #things: readonly Thing[];
  readonly #index: NetworkIndex;

  /** Takes the things. */
  constructor(things: readonly Thing[]) {
    this.#things = things;
    this.#index = new NetworkIndex(NetworkList.from(things.map(({ network }) => network)));
  }

  /** Those about a network that holds all of one, the widest first. */
  holding(network: Network): Thing[] {
    return this.#at(this.#index.holding(network));
  }

  /** Those about any part of a network: what holds it, then what is in it, by address. */
  about(network: Network): Thing[] {
    return this.#at([...this.#index.holding(network), ...this.#index.within(network)]);
  }

  #at(indexes: readonly number[]): Thing[] {
    return indexes.flatMap((index) => this.#things[index] ?? []);
  }
}
