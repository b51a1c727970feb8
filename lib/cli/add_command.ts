/**
 * `permaban add`.
 *
 * @module
 */

import { type Blocklist, formatEntry, parseBlocklist, withLines } from "../blocklist/blocklist.ts";
import { formatSince, type Note, oneLine } from "../blocklist/note.ts";
import { formatNetwork, isWide, type Network } from "../ip/network.ts";
import { NetworkSet } from "../ip/network_set.ts";
import { blocklistPath, type Run } from "./command.ts";
import type { ADD_OPTIONS } from "./commands.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { changeList, sayProblems } from "./list_file.ts";
import { count, type Messages } from "./messages.ts";
import { type AskedFor, readAddresses } from "./read_addresses.ts";
import { writeResult } from "./write_result.ts";

/** More lines about known addresses than this nobody reads. */
const MANY = 20;

/** What became of networks that should be added. */
export interface Additions {
  /** Those that were added. */
  readonly added: readonly AskedFor[];
  /** Those that a listed network covers, and that network. */
  readonly covered: readonly { readonly network: Network; readonly by: Network }[];
  /** Those that are too wide to be added unasked. */
  readonly refused: readonly Network[];
}

/** Puts addresses and networks on the blocklist. */
export const add: Run<typeof ADD_OPTIONS> = async ({ values, operands, host, messages }) => {
  const { comment, jail: jails } = values;
  if (comment !== undefined && comment !== oneLine(comment)) {
    throw usageError("Option --comment takes one line of text without control characters");
  }
  const { asked, isPartial } = await readAddresses(operands, host, messages);
  const since = formatSince(host.now());
  const withNotes = asked.map(({ network, note }) => ({
    network,
    note: {
      since,
      ...note,
      ...(comment === undefined ? {} : { comment }),
      ...(jails.length === 0 ? {} : { jails: new Map(jails.map((jail) => [jail, 0])) }),
    },
  }));
  const path = blocklistPath(values);
  const { additions, list } = await addToList(path, withNotes, {
    force: values.force,
    allowWide: values["allow-wide"],
    create: false,
  });
  const hasProblems = sayProblems(path, list, messages);
  const isRefused = sayRefused(additions.refused, messages);
  if (values.json) await writeResult(host, toJson(additions));
  sayCovered(additions.covered, messages);
  messages.note(`Added ${count(additions.added.length, "entry", "entries")} to "${path}"`);
  return isPartial || hasProblems || isRefused ? EXIT.partly : EXIT.done;
};

/**
 * Adds networks to a blocklist, each with what is known about it.
 *
 * @param path The file, made if it is not there.
 * @param asked What to add, in this order.
 * @param how Whether to add what is covered already, and what is very wide, and whether to make an
 *   empty list when there is nothing to add and no file.
 * @returns What was done, and the list as it was before.
 * @throws {Failure} If the file cannot be changed.
 */
export async function addToList(
  path: string,
  asked: readonly AskedFor[],
  how: { readonly force: boolean; readonly allowWide: boolean; readonly create: boolean },
): Promise<{ additions: Additions; list: Blocklist }> {
  let list = parseBlocklist(new Uint8Array(0));
  let additions: Additions = { added: [], covered: [], refused: [] };
  // A mistyped address should not leave a folder and a lock behind.
  if (asked.length === 0 && !how.create) return { additions, list };
  await changeList(path, (bytes) => {
    list = parseBlocklist(bytes ?? new Uint8Array(0));
    additions = sortOut(asked, list, how);
    const lines = additions.added.map(({ network, note }) => formatEntry(network, note));
    const isSame = lines.length === 0 && (bytes !== undefined || !how.create);
    return isSame ? undefined : withLines(list.bytes, lines);
  });
  return { additions, list };
}

function sortOut(
  asked: readonly { network: Network; note: Note }[],
  list: Blocklist,
  { force, allowWide }: { readonly force: boolean; readonly allowWide: boolean },
): Additions {
  const set = new NetworkSet(list.entries.map(({ network }) => network));
  const added: AskedFor[] = [];
  const covered: { network: Network; by: Network }[] = [];
  const refused: Network[] = [];
  for (const { network, note } of asked) {
    const by = force ? undefined : set.covering(network);
    if (isWide(network) && !allowWide) {
      refused.push(network);
    } else if (by) {
      covered.push({ network, by });
    } else {
      added.push({ network, note });
      set.add(network);
    }
  }
  return { added, covered, refused };
}

/** Names what was on the list before; of many only the number, unless more is asked for. */
function sayCovered(covered: Additions["covered"], messages: Messages): void {
  const isLong = covered.length > MANY;
  for (const { network, by } of covered) {
    const [name, cover] = [formatNetwork(network), formatNetwork(by)];
    const text = `${name} is ${name === cover ? "listed already" : `covered by ${cover} already`}`;
    if (isLong) messages.detail(text);
    else messages.note(text);
  }
  if (isLong) {
    messages.note(`${count(covered.length, "address", "addresses")} listed or covered already`);
  }
}

/** Names the networks that were refused; whether there are any. */
export function sayRefused(refused: readonly Network[], messages: Messages): boolean {
  for (const network of refused) {
    messages.error(
      `${formatNetwork(network)} is wider than /8 (IPv4) or /19 (IPv6) and was not added`,
      "add it with --allow-wide if you mean it",
    );
  }
  return refused.length > 0;
}

function toJson({ added, covered, refused }: Additions): string {
  const result = {
    added: added.map(({ network }) => formatNetwork(network)),
    covered: covered.map(({ network, by }) => ({
      address: formatNetwork(network),
      by: formatNetwork(by),
    })),
    refused: refused.map(formatNetwork),
  };
  return JSON.stringify(result, null, 2) + "\n";
}
