/**
 * `permaban allow`.
 *
 * @module
 */

import { allowedBy, endOf } from "../blocklist/allowlist.ts";
import { parseBlocklist, withEntriesInstead } from "../blocklist/blocklist.ts";
import { formatSince, type Note } from "../blocklist/note.ts";
import { formatNetwork, type Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { Exemptions } from "../offender/exemptions.ts";
import { commentOf } from "./add_command.ts";
import { allowlistPath, type Invocation, type Run } from "./command.ts";
import type { ALLOW_OPTIONS } from "./spec/allow_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { describeRefusal } from "./guard.ts";
import { changeList, readList, readListIfThere, sayProblems } from "./list_file.ts";
import { listedAmong } from "./listed_among.ts";
import { count } from "./messages.ts";
import { entriesOf, printEntries, type ShownEntry } from "./print_entries.ts";
import { readAddresses } from "./read_addresses.ts";
import { matchOf, removeAndSay } from "./remove_entries.ts";
import { writeResult } from "./write_result.ts";

type Asked = Invocation<typeof ALLOW_OPTIONS>;

/** Shows or edits the allowlist. */
export const allow: Run<typeof ALLOW_OPTIONS> = async (invocation) => {
  const { values, operands: [verb = "list", ...addresses] } = invocation;
  if (verb !== "list" && verb !== "add" && verb !== "remove") {
    throw usageError(
      `There is no "permaban allow ${verb}"`,
      'it is "allow add ADDRESS", "allow remove ADDRESS" or "allow list"',
    );
  }
  if (values.long && verb !== "list") {
    throw usageError('Option --long belongs to "permaban allow list"');
  }
  if (verb !== "add" && (values.comment !== undefined || values.for !== undefined)) {
    const name = values.comment === undefined ? "for" : "comment";
    throw usageError(`Option --${name} belongs to "permaban allow add"`);
  }
  if (verb === "list") {
    if (addresses.length > 0) throw usageError('Command "allow list" takes no ADDRESS');
    return await list(invocation);
  }
  if (addresses.length === 0) throw usageError(`Command "allow ${verb}" needs ADDRESS`);
  return verb === "add" ? await add(addresses, invocation) : await remove(addresses, invocation);
};

async function list({ values, host, messages }: Asked): Promise<ExitStatus> {
  const path = allowlistPath(values);
  const read = values.allowlist === undefined ? readListIfThere : readList;
  const now = host.now();
  const entries: ShownEntry[] = [];
  let isPartial = false;
  let ended = 0;
  for (const list of read(path, "allowlist")) {
    for (const entry of entriesOf(list)) {
      if ((endOf(entry.note) ?? Infinity) > now) entries.push(entry);
      else ended++;
    }
    if (sayProblems(path, allowedBy(list, now), messages)) isPartial = true;
  }
  await printEntries(entries, ["until", "comment"], values, host);
  if (ended > 0) {
    const [verb, them] = ended === 1 ? ["has", "it"] : ["have", "them"];
    messages.note(
      `${count(ended, "entry", "entries")} ${verb} ended: "allow remove" takes ${them} out`,
    );
  }
  return isPartial ? EXIT.partly : EXIT.done;
}

async function add(addresses: readonly string[], invocation: Asked): Promise<ExitStatus> {
  const { values, host, messages } = invocation;
  const comment = commentOf(values);
  const now = host.now();
  const { asked, isPartial } = await readAddresses(addresses, host, messages);
  const path = allowlistPath(values);
  const end = values.for === undefined ? Infinity : Math.floor(now + values.for);
  const until = end === Infinity ? undefined : formatSince(end);
  const noteAt = (index: number): Note => ({
    until,
    comment: comment ?? asked.noteAt(index).comment,
  });
  let hasProblems = false;
  let sorted: Sorted = { added: [], known: [], refused: [] };
  if (asked.networks.length > 0) {
    let list = parseBlocklist(new Uint8Array(0));
    await changeList(path, (bytes) => {
      list = parseBlocklist(bytes ?? new Uint8Array(0));
      sorted = sortOut(asked.networks, [...entriesWithEnd(list, now)], end, values["allow-wide"]);
      if (sorted.added.length === 0) return undefined;
      const networks = new NetworkList();
      for (const index of sorted.added) networks.pushFrom(asked.networks, index);
      const { removed } = matchOf(networks, list.networks);
      return withEntriesInstead(list, removed, networks, (at) => noteAt(sorted.added[at] ?? 0));
    }, "allowlist");
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
    const result = { added: names(added), known: names(known), refused: names(refused) };
    await writeResult(host, JSON.stringify(result, null, 2) + "\n");
  }
  for (const name of names(known)) messages.note(`${name} is allowed for as long already`);
  messages.note(`Added ${count(added.length, "entry", "entries")} to "${path}"`);
  sayListed(asked.networks, added, invocation);
  return isPartial || hasProblems || refused.length > 0 ? EXIT.partly : EXIT.done;
}

function* entriesWithEnd(list: ReturnType<typeof parseBlocklist>, now: number) {
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
function sayListed(
  asked: NetworkList,
  added: readonly number[],
  { values, messages }: Asked,
): void {
  const networks = new NetworkList();
  for (const index of added) networks.pushFrom(asked, index);
  const listed = listedAmong(networks, values);
  if (!listed) return;
  messages.note(`On the blocklist: ${listed}; each batch leaves out what is allowed now`);
  messages.hint('"permaban remove" takes an entry off the blocklist');
  messages.hint("the firewall blocks it until the next batch is loaded");
}

async function remove(addresses: readonly string[], invocation: Asked): Promise<ExitStatus> {
  const { asked, isPartial } = await readAddresses(
    addresses,
    invocation.host,
    invocation.messages,
  );
  const path = allowlistPath(invocation.values);
  const hasProblems = await removeAndSay(path, asked.networks, "allowlist", invocation);
  return isPartial || hasProblems ? EXIT.partly : EXIT.done;
}
