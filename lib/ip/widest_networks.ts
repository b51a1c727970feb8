/**
 * Which networks of a list are inside of which.
 *
 * @module
 */

import type { NetworkList } from "./network_list.ts";
import { sortedRows } from "./sorted_rows.ts";

/**
 * Finds for each network of a list the widest one that holds all of it.
 *
 * @example
 * ```ts
 * import { widestNetworks } from "./widest_networks.ts";
 * import { parseNetwork } from "./network.ts";
 * import { NetworkList } from "./network_list.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const texts = ["192.0.2.7", "192.0.2.0/25", "192.0.2.0/24", "198.51.100.1", "198.51.100.1"];
 * const list = NetworkList.from(texts.map(parseNetwork));
 * assertEquals([...widestNetworks(list)], [2, 2, 2, 3, 3]);
 * ```
 *
 * @param list Networks of both families in any order.
 * @returns The index of that network for each, of equal ones that of the first; its own where no
 *   other holds it.
 */
export function widestNetworks(list: NetworkList): Uint32Array {
  const widest = new Uint32Array(list.length);
  for (const family of [list.four, list.six]) {
    const indexes = list.indexesOf(family);
    const { rows, order } = sortedRows(family);
    let top = 0;
    for (let row = 0; row < rows.length; row++) {
      // What holds one comes before it.
      if (!rows.covers(top, row)) top = row;
      widest[indexes[order[row] ?? 0] ?? 0] = indexes[order[top] ?? 0] ?? 0;
    }
  }
  return widest;
}
