/**
 * Which networks of a list others of it make superfluous.
 *
 * @module
 */

import type { NetworkList } from "./network_list.ts";
import type { NetworkRows } from "./network_rows.ts";
import { sortedRows } from "./sorted_rows.ts";

/** What stands for no network. */
export const NONE: number = -1;

/**
 * Finds for each network of a list the widest one before it that holds all of it.
 *
 * @example
 * ```ts
 * import { coveringNetworks } from "./covering_networks.ts";
 * import { parseNetwork } from "./network.ts";
 * import { NetworkList } from "./network_list.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const texts = ["192.0.2.7", "192.0.2.0/24", "192.0.2.7", "192.0.2.0/24"];
 * const list = NetworkList.from(texts.map(parseNetwork));
 * assertEquals([...coveringNetworks(list)], [-1, -1, 1, 1]);
 * ```
 *
 * @param list Networks of both families in any order.
 * @param covers How many networks, from the first on, count as holding others; all unless told.
 * @returns The index of that network for each, {@linkcode NONE} where there is none.
 */
export function coveringNetworks(list: NetworkList, covers = list.length): Int32Array {
  const covering = new Int32Array(list.length).fill(NONE);
  for (const family of [list.four, list.six]) {
    const { rows, order } = sortedRows(family);
    const indexes = list.indexesOf(family);
    // Where each stands in the list, in order.
    for (let row = 0; row < rows.length; row++) order[row] = indexes[order[row] ?? 0] ?? 0;
    cover(rows, order, covers, covering);
  }
  return covering;
}

/**
 * Goes through networks of one family that are in order, so that what holds one comes before it.
 *
 * On a stack are those that hold the present one, but none that is covered itself: what covers it is
 * wider and stands before it. So the stack is no higher than there are prefix lengths.
 */
function cover(
  rows: NetworkRows,
  indexes: Uint32Array,
  covers: number,
  covering: Int32Array,
): void {
  const stack = new Uint32Array(32 * rows.width + 1);
  let height = 0;
  for (let row = 0; row < rows.length; row++) {
    while (height > 0 && !rows.covers(stack[height - 1] ?? 0, row)) height--;
    const index = indexes[row] ?? 0;
    let level = 0;
    while (level < height && (indexes[stack[level] ?? 0] ?? 0) > index) level++;
    if (level < height) covering[index] = indexes[stack[level] ?? 0] ?? 0;
    else if (index < covers) stack[height++] = row;
  }
}
