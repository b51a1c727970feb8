/**
 * Records pardons.
 *
 * @module
 */

import { parseBlocklist, withEntriesInstead } from "../blocklist/blocklist.ts";
import { formatSince } from "../blocklist/note.ts";
import { NetworkList } from "../ip/network_list.ts";
import { type Changer, pardonsPath } from "./command.ts";
import { changeList } from "./list_file.ts";
import { matchOf } from "./remove_entries.ts";

/**
 * Pardons networks from now on: bans up to now do not count any more.
 *
 * @param asked The networks; one that was pardoned before is pardoned anew.
 * @param comment A remark on each.
 * @param by Who pardons, and when.
 * @returns Those that were pardoned, each once.
 * @throws {Failure} If that cannot be written; nobody is pardoned then.
 */
export async function recordPardons(
  asked: NetworkList,
  comment: string | undefined,
  by: Changer,
): Promise<NetworkList> {
  const networks = new NetworkList();
  for (const index of matchOf(asked, networks).asked) networks.pushFrom(asked, index);
  if (networks.length === 0) return networks;
  const note = { since: formatSince(by.host.now()), comment };
  await changeList(
    pardonsPath(by.values),
    (bytes) => {
      const list = parseBlocklist(bytes ?? new Uint8Array(0));
      const { removed } = matchOf(networks, list.networks);
      return withEntriesInstead(list, removed, networks, () => note);
    },
    by,
    "pardons",
  );
  return networks;
}
