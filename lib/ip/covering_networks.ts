/**
 * Which networks of a list others of it make superfluous.
 *
 * @module
 */

import type { NetworkList } from "./network_list.ts";
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
  for (const rows of [list.four, list.six]) {
    const indexes = list.indexesOf(rows);
    // The networks go by in order, what holds one before it. On the stack are those that hold the
    // present one, but none that is covered itself: what covers it is wider and stands before it.
    const stack: number[] = [];
    for (const row of sortedRows(rows)) {
      while (stack.length > 0 && !rows.covers(stack.at(-1) ?? 0, row)) stack.pop();
      const index = indexes[row] ?? 0;
      const by = stack.find((other) => (indexes[other] ?? 0) < index);
      if (by !== undefined) covering[index] = indexes[by] ?? 0;
      else if (index < covers) stack.push(row);
    }
  }
  return covering;
}
