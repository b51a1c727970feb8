/**
 * Puts networks on the allowlist.
 *
 * @module
 */

import { allowedBy, endOf } from "../blocklist/allowlist.ts";
import { type Blocklist, parseBlocklist, withEntriesInstead } from "../blocklist/blocklist.ts";
import { withRemarks } from "../blocklist/changed_entries.ts";
import { formatSince, type Note } from "../blocklist/note.ts";
import type { Edit } from "../file/replace_file.ts";
import { formatNetwork, type Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { Exemptions } from "../offender/exemptions.ts";
import { joined, sayRemarked } from "./add_command.ts";
import { changedRemarks, remarksOf } from "./changed_remarks.ts";
import { allowlistPath, type Invocation } from "./command.ts";
import type { ALLOW_OPTIONS } from "./spec/allow_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { describeRefusal } from "./guard.ts";
import { changeList, lookAtList, sayProblems } from "./list_file.ts";
import { listedAmong } from "./listed_among.ts";
import { count } from "./messages.ts";
import { entriesOf } from "./print_entries.ts";
import type { Asked } from "./read_addresses.ts";
import { matchOf } from "./remove_entries.ts";
import { writeResult } from "./write_result.ts";

/** More lines about known networks than this nobody reads. */
const MANY = 20;

type Allowing = Invocation<typeof ALLOW_OPTIONS>;

/**
 * Allows networks, unless they are allowed for as long already, and says so.
 *
 * @param asked The networks, each with what to say about it.
 * @param end Until when, in seconds since 1970; `Infinity` for good.
 * @param invocation Options and host.
 */
export async function allowNetworks(
  asked: Asked,
  end: number,
  invocation: Allowing,
): Promise<ExitStatus> {
  const { values, host, messages } = invocation;
  const now = host.now();
  const path = allowlistPath(values);
  const isDryRun = values["dry-run"];
  const until = end === Infinity ? undefined : formatSince(end);
  let remarks = new Map<string, string>();
  const noteAt = (index: number): Note => ({
    until,
    comment: remarks.get(formatNetwork(asked.networks.at(index))),
    ...asked.noteAt(index),
  });
  const chosen = (indexes: readonly number[]) => {
    const networks = new NetworkList();
    for (const index of indexes) networks.pushFrom(asked.networks, index);
    return networks;
  };
  let hasProblems = false;
  let sorted: Sorted = { added: [], known: [], refused: [] };
  let remarked: string[] = [];
  if (asked.networks.length > 0) {
    let list = parseBlocklist(new Uint8Array(0));
    const edit: Edit = (bytes) => {
      list = parseBlocklist(bytes ?? new Uint8Array(0));
      sorted = sortOut(asked.networks, [...entriesWithEnd(list, now)], end, values["allow-wide"]);
      const changed = changedRemarks(list, chosen(sorted.known), values.comment, now);
      remarked = Array.from(changed.keys(), (index) => formatNetwork(list.networks.at(index)));
      if (sorted.added.length === 0 && changed.size === 0) return undefined;
      const known = changed.size === 0 ? list : parseBlocklist(joined(withRemarks(list, changed)));
      const networks = chosen(sorted.added);
      const { removed } = matchOf(networks, known.networks);
      remarks = remarksOf(known, removed);
      return withEntriesInstead(known, removed, networks, (at) => noteAt(sorted.added[at] ?? 0));
    };
    if (isDryRun) lookAtList(path, edit, "allowlist");
    else await changeList(path, edit, invocation, "allowlist");
    hasProblems = sayProblems(path, allowedBy(list, now), messages);
  }
  const { added, known, refused } = sorted;
  for (const index of refused) {
    const { message, hint } = describeRefusal({ network: asked.networks.at(index), why: "wide" });
    messages.error(message, hint);
  }
  const names = (indexes: readonly number[]) =>
    indexes.map((index) => formatNetwork(asked.networks.at(index)));
  if (values.json) {
    const result = { added: names(added), known: names(known), remarked, refused: names(refused) };
    await writeResult(host, JSON.stringify(result, null, 2) + "\n");
  } else if (isDryRun) {
    await host.stdout.write(names(added).map((name) => `+ ${name}\n`).join(""));
  }
  if (known.length > MANY) {
    messages.note(`${count(known.length, "network")} are allowed for as long already`);
  } else for (const name of names(known)) messages.note(`${name} is allowed for as long already`);
  const verb = isDryRun ? "Would add" : "Added";
  messages.note(`${verb} ${count(added.length, "entry", "entries")} to "${path}"`);
  if (!isDryRun) sayRemarked(remarked.length, path, messages);
  if (!isDryRun) await sayListed(asked.networks, added, invocation);
  return hasProblems || refused.length > 0 ? EXIT.partly : EXIT.done;
}

function* entriesWithEnd(list: Blocklist, now: number) {
  let index = 0;
  for (const { note } of entriesOf(list)) {
    const end = endOf(note) ?? Infinity;
    if (end > now) yield { network: list.networks.at(index), end };
    index++;
  }
}

/** What became of networks that should be allowed, by their indexes. */
interface Sorted {
  readonly added: number[];
  /** Those that are allowed for as long already. */
  readonly known: number[];
  /** Those that are too wide to be allowed unasked. */
  readonly refused: number[];
}

function sortOut(
  asked: NetworkList,
  entries: readonly { readonly network: Network; readonly end: number }[],
  end: number,
  allowWide: boolean,
): Sorted {
  const sorted: Sorted = { added: [], known: [], refused: [] };
  const allowed = new Exemptions();
  for (const entry of entries) allowed.exempt(entry.network, entry.end);
  for (let index = 0; index < asked.length; index++) {
    const network = asked.at(index);
    if (allowed.untilOf(network) >= end) sorted.known.push(index);
    else if (asked.isWideAt(index) && !allowWide) sorted.refused.push(index);
    else {
      sorted.added.push(index);
      allowed.exempt(network, end);
    }
  }
  return sorted;
}

/** What is on the blocklist stays there; nobody should wonder. */
async function sayListed(
  asked: NetworkList,
  added: readonly number[],
  { values, messages }: Allowing,
): Promise<void> {
  const networks = new NetworkList();
  for (const index of added) networks.pushFrom(asked, index);
  const listed = listedAmong(networks, values);
  if (!listed) return;
  messages.note(`On the blocklist: ${listed}; each batch leaves out what is allowed now`);
  messages.hint('"permaban remove" takes an entry off the blocklist');
  const { refreshOf } = await import("./next_load.ts");
  const refresh = refreshOf(allowlistPath(values));
  messages.hint(
    `the firewall blocks it until the next batch is loaded${refresh ? `: ${refresh}` : ""}`,
  );
}
