/**
 * `permaban remove`.
 *
 * @module
 */

import { parseBlocklist, withoutEntries } from "../blocklist/blocklist.ts";
import { lapsingOf } from "../blocklist/lapsing.ts";
import { coveringNetworks, NONE } from "../ip/covering_networks.ts";
import { firstEquals } from "../ip/first_equals.ts";
import { formatNetwork, type Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { blocklistPath, type Run } from "./command.ts";
import type { REMOVE_OPTIONS } from "./spec/remove_spec.ts";
import { EXIT } from "./exit_status.ts";
import { changeList, checkList, sayProblems } from "./list_file.ts";
import { count, type Messages } from "./messages.ts";
import { readAddresses } from "./read_addresses.ts";
import { writeResult } from "./write_result.ts";

/** Takes addresses and networks off the blocklist. */
export const remove: Run<typeof REMOVE_OPTIONS> = async ({ values, operands, host, messages }) => {
  const path = blocklistPath(values);
  checkList(path);
  const { asked: { networks: asked }, isPartial } = await readAddresses(operands, host, messages);
  let list = parseBlocklist(new Uint8Array(0));
  let match = matchOf(asked, list.networks);
  await changeList(path, (bytes) => {
    list = parseBlocklist(bytes ?? new Uint8Array(0));
    match = matchOf(asked, list.networks);
    return match.removed.length === 0 ? undefined : withoutEntries(list, match.removed);
  });
  const hasProblems = sayProblems(path, list, messages);
  const lapsed = new Set(lapsingOf(list, host.now()).lapsed);
  const kept = match.kept.filter((index) => !lapsed.has(index));
  const outcomes = outcomesOf(asked, list.networks, { ...match, kept });
  for (const outcome of outcomes) sayOutcome(outcome, messages);
  if (values.json) await writeResult(host, toJson(outcomes));
  messages.note(`Removed ${count(match.removed.length, "entry", "entries")} from "${path}"`);
  return isPartial || hasProblems ? EXIT.partly : EXIT.done;
};

/** What of a list was asked for. */
interface Match {
  /** The first of each network that was asked for, by its index. */
  readonly asked: number[];
  /** Which of all that were asked for are on the list: 1 for yes. */
  readonly isListed: Uint8Array;
  /** The indexes of the entries to remove. */
  readonly removed: number[];
  /** The indexes of those to keep. */
  readonly kept: number[];
}

function matchOf(asked: NetworkList, listed: NetworkList): Match {
  const all = new NetworkList();
  all.pushAll(asked);
  all.pushAll(listed);
  const firsts = firstEquals(all);
  const match: Match = { asked: [], isListed: new Uint8Array(asked.length), removed: [], kept: [] };
  for (let index = 0; index < all.length; index++) {
    const first = firsts[index] ?? 0;
    if (index < asked.length) {
      if (first === index) match.asked.push(index);
    } else if (first < asked.length) {
      match.isListed[first] = 1;
      match.removed.push(index - asked.length);
    } else {
      match.kept.push(index - asked.length);
    }
  }
  return match;
}

/** What became of a network. */
interface Outcome {
  readonly network: Network;
  readonly isRemoved: boolean;
  /** What still holds all of it. */
  readonly stillBy: Network | undefined;
}

function outcomesOf(asked: NetworkList, listed: NetworkList, match: Match): Outcome[] {
  const all = new NetworkList();
  for (const index of match.kept) all.pushFrom(listed, index);
  for (const index of match.asked) all.pushFrom(asked, index);
  const covering = coveringNetworks(all, match.kept.length);
  return match.asked.map((index, at) => {
    const by = covering[match.kept.length + at] ?? NONE;
    return {
      network: asked.at(index),
      isRemoved: match.isListed[index] === 1,
      stillBy: by === NONE ? undefined : all.at(by),
    };
  });
}

function sayOutcome({ network, isRemoved, stillBy }: Outcome, messages: Messages): void {
  if (stillBy) {
    messages.warning(
      `${formatNetwork(network)} is still blocked by ${formatNetwork(stillBy)} of the list`,
    );
  } else if (!isRemoved) {
    messages.warning(`${formatNetwork(network)} is not on the list`);
  }
}

function toJson(outcomes: readonly Outcome[]): string {
  const names = (chosen: readonly Outcome[]) => chosen.map(({ network }) => formatNetwork(network));
  const result = {
    removed: names(outcomes.filter(({ isRemoved }) => isRemoved)),
    notListed: names(outcomes.filter(({ isRemoved }) => !isRemoved)),
    stillBlocked: outcomes.flatMap(({ network, stillBy }) =>
      stillBy ? [{ address: formatNetwork(network), by: formatNetwork(stillBy) }] : []
    ),
  };
  return JSON.stringify(result, null, 2) + "\n";
}
