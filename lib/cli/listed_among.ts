/**
 * Which entries of the blocklist have to do with some networks.
 *
 * @module
 */

import { formatNetwork } from "../ip/network.ts";
import { NetworkFinder } from "../ip/network_finder.ts";
import type { NetworkList } from "../ip/network_list.ts";
import { blocklistPath, type Places } from "./command.ts";
import { readListIfThere } from "./list_file.ts";
import { count } from "./messages.ts";

/**
 * Names the entries of the blocklist that hold one of some networks or lie in one.
 *
 * @param networks The networks.
 * @param values The options.
 * @returns Such as `192.0.2.7` or `12 entries such as 192.0.2.7`; `undefined` where there are none.
 * @throws {Failure} If there is a blocklist that cannot be read.
 */
export function listedAmong(networks: NetworkList, values: Places): string | undefined {
  if (networks.length === 0) return undefined;
  const finder = new NetworkFinder(networks);
  let first: string | undefined;
  let total = 0;
  for (const list of readListIfThere(blocklistPath(values), "blocklist")) {
    for (let index = 0; index < list.networks.length; index++) {
      if (!finder.find(list.networks, index)) continue;
      first ??= formatNetwork(list.networks.at(index));
      total++;
    }
  }
  return total > 1 ? `${count(total, "entry", "entries")} such as ${first}` : first;
}
