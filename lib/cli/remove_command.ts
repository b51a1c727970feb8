/**
 * `permaban remove`.
 *
 * @module
 */

import { type Entry, parseBlocklist, withoutEntries } from "../blocklist/blocklist.ts";
import { formatNetwork, type Network } from "../ip/network.ts";
import { NetworkSet } from "../ip/network_set.ts";
import { blocklistPath, type Run } from "./command.ts";
import type { REMOVE_OPTIONS } from "./commands.ts";
import { EXIT } from "./exit_status.ts";
import { changeList, readList, sayProblems } from "./list_file.ts";
import { count, type Messages } from "./messages.ts";
import { readAddresses } from "./read_addresses.ts";
import { writeResult } from "./write_result.ts";

/** Takes addresses and networks off the blocklist. */
export const remove: Run<typeof REMOVE_OPTIONS> = async ({ values, operands, host, messages }) => {
  const path = blocklistPath(values);
  await readList(path);
  const { asked, isPartial } = await readAddresses(operands, host, messages);
  const names = new Set(asked.map(({ network }) => formatNetwork(network)));
  let list = parseBlocklist(new Uint8Array(0));
  let removed: Entry[] = [];
  await changeList(path, (bytes) => {
    list = parseBlocklist(bytes ?? new Uint8Array(0));
    removed = list.entries.filter(({ network }) => names.has(formatNetwork(network)));
    return removed.length === 0 ? undefined : withoutEntries(list, removed);
  });
  const hasProblems = sayProblems(path, list, messages);
  const gone = new Set(removed);
  const kept = new NetworkSet(
    list.entries.filter((entry) => !gone.has(entry)).map(({ network }) => network),
  );
  const removedNames = new Set(removed.map(({ network }) => formatNetwork(network)));
  const outcomes = [...new Map(asked.map(({ network }) => [formatNetwork(network), network]))]
    .map(([name, network]) => ({
      name,
      isRemoved: removedNames.has(name),
      stillBy: kept.covering(network),
    }));
  for (const outcome of outcomes) sayOutcome(outcome, messages);
  if (values.json) await writeResult(host, toJson(outcomes));
  messages.note(`Removed ${count(removed.length, "entry", "entries")} from "${path}"`);
  return isPartial || hasProblems ? EXIT.partly : EXIT.done;
};

interface Outcome {
  readonly name: string;
  readonly isRemoved: boolean;
  readonly stillBy: Network | undefined;
}

function sayOutcome({ name, isRemoved, stillBy }: Outcome, messages: Messages): void {
  if (stillBy) {
    messages.warning(`${name} is still blocked by ${formatNetwork(stillBy)} of the list`);
  } else if (!isRemoved) {
    messages.warning(`${name} is not on the list`);
  }
}

function toJson(outcomes: readonly Outcome[]): string {
  const result = {
    removed: outcomes.filter(({ isRemoved }) => isRemoved).map(({ name }) => name),
    notListed: outcomes.filter(({ isRemoved }) => !isRemoved).map(({ name }) => name),
    stillBlocked: outcomes.flatMap(({ name, stillBy }) =>
      stillBy ? [{ address: name, by: formatNetwork(stillBy) }] : []
    ),
  };
  return JSON.stringify(result, null, 2) + "\n";
}
