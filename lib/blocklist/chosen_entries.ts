/**
 * A part of a list.
 *
 * @module
 */

import { NetworkList } from "../ip/network_list.ts";
import type { Blocklist } from "./blocklist.ts";

/**
 * A list with some of its entries; bytes and problems are those of the whole.
 *
 * @param list The list.
 * @param isChosen Whether to take the entry of an index; each is asked about once, in their order.
 */
export function chosenEntries(list: Blocklist, isChosen: (index: number) => boolean): Blocklist {
  const chosen: number[] = [];
  for (let index = 0; index < list.networks.length; index++) {
    if (isChosen(index)) chosen.push(index);
  }
  const networks = new NetworkList();
  for (const index of chosen) networks.pushFrom(list.networks, index);
  return {
    ...list,
    networks,
    starts: Float64Array.from(chosen, (index) => list.starts[index] ?? 0),
    comments: Uint32Array.from(chosen, (index) => list.comments[index] ?? 0),
    lines: Uint32Array.from(chosen, (index) => list.lines[index] ?? 0),
  };
}
