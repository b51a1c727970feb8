/**
 * Takes over from the well-known recipe.
 *
 * @module
 */

import { formatSince } from "../blocklist/note.ts";
import { NetworkList } from "../ip/network_list.ts";
import { FAIL2BAN_FOLDER } from "../setup/fail2ban_files.ts";
import type { Recipe } from "../setup/recipe.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import { addAll, sayRefused, withNotes } from "./add_command.ts";
import type { Invocation } from "./command.ts";
import { Guard, guardNow } from "./guard.ts";
import { sayFaults } from "./import_report.ts";
import { count, type Messages } from "./messages.ts";
import type { OptionTable } from "./option.ts";
import { protectedNetworks } from "./protected_networks.ts";
import type { Asked } from "./read_addresses.ts";
import { readOtherList } from "./read_lists.ts";

/** What came of taking over a list. */
export interface TakenOver {
  /** The list, by its name in fail2ban's folder. */
  readonly list: string;
  /** How many of its networks were added. */
  readonly added: number;
  /** How many were listed already. */
  readonly known: number;
  /** Whether some of its lines were not understood. */
  readonly isPartial: boolean;
}

/**
 * Puts the recipe's lists on the blocklist.
 *
 * @param lists Their names in fail2ban's folder.
 * @param root The machine.
 * @param places Where permaban's own lists are, on that machine.
 * @param invocation The clock, and what is told.
 * @param isDryRun Whether to say what would be done, and leave the blocklist as it is.
 * @throws {Failure} If the blocklist cannot be changed.
 */
export async function importRecipe(
  lists: readonly string[],
  root: RootFolder,
  places: { readonly blocklist: string; readonly allowlist: string; readonly state: string },
  invocation: Invocation<OptionTable>,
  isDryRun = false,
): Promise<TakenOver[]> {
  const { host, messages } = invocation;
  const allowlist = root.at(places.allowlist);
  const [blocklist, state] = [root.at(places.blocklist), root.at(places.state)];
  const by = { ...invocation, values: { ...invocation.values, blocklist, allowlist, state } };
  const guard = () => {
    if (!root.has(places.allowlist)) return new Guard([], protectedNetworks(host));
    return guardNow(by);
  };
  const taken: TakenOver[] = [];
  for (const list of lists) {
    const path = root.at(`${FAIL2BAN_FOLDER}/${list}`);
    const read = await readOtherList(path, { format: "plain", zone: host.zone }, host);
    sayFaults(read, messages);
    const below = { since: formatSince(host.now()), origin: list };
    const asked = withNotes(read.found?.list ?? NOTHING, below, {});
    const now = host.now();
    const how = { force: false, allowWide: false, create: false, now, guard, by, isDryRun };
    const { sorted } = await addAll(blocklist, asked, how);
    const isRefused = sayRefused(sorted.refused, messages);
    const [added, known] = [sorted.added.length, sorted.covered.length];
    const isPartial = isRefused || read.fault !== undefined ||
      (read.found?.list.faultCount ?? 1) > 0;
    taken.push({ list, added, known, isPartial });
    const verb = isDryRun ? "Would take over" : "Took over";
    messages.note(`${verb} ${count(added, "entry", "entries")} of "${path}"`);
  }
  return taken;
}

const NOTHING: Asked = { networks: new NetworkList(), noteAt: () => ({}) };

/** Names what there is of the recipe, and how to switch it off. */
export function sayRecipe({ files, jails }: Recipe, messages: Messages): void {
  const inFolder = (name: string) => `${FAIL2BAN_FOLDER}/${name}`;
  for (const { name, file, line, isEnabled } of jails) {
    if (!isEnabled) continue;
    messages.warning(
      `${inFolder(file)}:${line}: The recipe's jail "${name}" is enabled beside permaban's`,
      `set "enabled = false" there, then: fail2ban-client stop ${name}`,
    );
  }
  if (files.length === 0) return;
  const isOn = jails.some(({ isEnabled }) => isEnabled);
  const when = isOn ? "once its jail is off" : "now";
  messages.note(
    `Files of the recipe that may be deleted ${when}: ${files.map(inFolder).join(", ")}`,
  );
}
