/**
 * Which networks of a list are the same.
 *
 * @module
 */

import type { NetworkList } from "./network_list.ts";
import { sortedRows } from "./sorted_rows.ts";

/**
 * Finds for each network of a list the first one that equals it.
 *
 * @example
 * ```ts
 * import { firstEquals } from "./first_equals.ts";
 * import { parseNetwork } from "./network.ts";
 * import { NetworkList } from "./network_list.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const list = NetworkList.from(["192.0.2.7", "192.0.2.0/24", "192.0.2.7/32"].map(parseNetwork));
 * assertEquals([...firstEquals(list)], [0, 1, 0]);
 * ```
 *
 * @param list Networks of both families in any order.
 * @returns The index of that network for each: its own for the first of its kind.
 */
export function firstEquals(list: NetworkList): Uint32Array {
  const firsts = new Uint32Array(list.length);
  for (const family of [list.four, list.six]) {
    const indexes = list.indexesOf(family);
    const { rows, order } = sortedRows(family);
    let first = 0;
    for (let row = 0; row < rows.length; row++) {
      if (!rows.covers(first, row) || rows.prefixes[first] !== rows.prefixes[row]) first = row;
      firsts[indexes[order[row] ?? 0] ?? 0] = indexes[order[first] ?? 0] ?? 0;
    }
  }
  return firsts;
}
