/**
 * Records pardons.
 *
 * @module
 */

import { parseBlocklist, withEntriesInstead } from "../blocklist/blocklist.ts";
import { formatSince } from "../blocklist/note.ts";
import { formatNetwork, type Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { type Changer, type Invocation, pardonsPath } from "./command.ts";
import { remarksOf } from "./changed_remarks.ts";
import { changeList } from "./list_file.ts";
import type { OptionTable } from "./option.ts";
import { matchOf } from "./remove_entries.ts";

/**
 * Pardons networks from now on: bans up to now do not count any more.
 *
 * @param asked The networks; one that was pardoned before is pardoned anew.
 * @param comment A remark on each.
 * @param by Who pardons, and when.
 * @param allowWide Whether networks are pardoned that hold a good part of the world.
 * @returns Those that were pardoned, each once.
 * @throws {Failure} If that cannot be written; nobody is pardoned then.
 */
export async function recordPardons(
  asked: NetworkList,
  comment: string | undefined,
  by: Changer & Pick<Invocation<OptionTable>, "messages">,
  allowWide = false,
): Promise<NetworkList> {
  const networks = new NetworkList();
  for (const index of matchOf(asked, networks).asked) {
    if (allowWide || !asked.isWideAt(index)) networks.pushFrom(asked, index);
    else sayWide(asked.at(index), by);
  }
  if (networks.length === 0) return networks;
  const since = formatSince(by.host.now());
  await changeList(
    pardonsPath(by.values),
    (bytes) => {
      const list = parseBlocklist(bytes ?? new Uint8Array(0));
      const { removed } = matchOf(networks, list.networks);
      const remarks = comment === undefined ? remarksOf(list, removed) : new Map<string, string>();
      const plain = { since, comment };
      const noteAt = (index: number) => {
        const kept = remarks.size === 0
          ? undefined
          : remarks.get(formatNetwork(networks.at(index)));
        return kept === undefined ? plain : { since, comment: kept };
      };
      return withEntriesInstead(list, removed, networks, noteAt);
    },
    by,
    "pardons",
  );
  return networks;
}

/** Who pardons the world hardly means it: nobody would be an offender any more. */
function sayWide(network: Network, { messages }: Pick<Invocation<OptionTable>, "messages">): void {
  const name = formatNetwork(network);
  messages.warning(
    `${name} is wider than /8 (IPv4) or /19 (IPv6) and was not pardoned`,
    `permaban pardon --allow-wide ${name} does it if you mean it`,
  );
}
