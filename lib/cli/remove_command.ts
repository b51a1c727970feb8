/**
 * `permaban remove`.
 *
 * @module
 */

import { formatNetwork } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { blocklistPath, type Invocation, type Run } from "./command.ts";
import type { REMOVE_OPTIONS } from "./spec/remove_spec.ts";
import { EXIT } from "./exit_status.ts";
import { Failure } from "./failure.ts";
import { checkList, sayProblems } from "./list_file.ts";
import { count, type Messages } from "./messages.ts";
import { readAddresses } from "./read_addresses.ts";
import { recordPardons } from "./record_pardons.ts";
import { namesOf, type Outcome, outcomesOf, removeEntries, stillIn } from "./remove_entries.ts";
import { writeResult } from "./write_result.ts";

/** More addresses than this nobody types into another command. */
const MANY = 20;

/** Takes addresses and networks off the blocklist, and pardons them. */
export const remove: Run<typeof REMOVE_OPTIONS> = async (invocation) => {
  const { values, operands, host, messages } = invocation;
  const path = blocklistPath(values);
  checkList(path);
  const { asked: { networks: asked }, isPartial } = await readAddresses(operands, host, messages);
  // Before they are removed: a scan that works at the same time would put them back.
  const pardoned = values["no-pardon"] ? undefined : await pardonAll(asked, invocation);
  const { list, match } = await removeAfterPardon(asked, pardoned, invocation);
  const hasProblems = sayProblems(path, list, messages);
  const outcomes = outcomesOf(asked, list, match, host.now());
  const pardons = new Set(Array.from(pardoned ?? [], formatNetwork));
  for (const outcome of outcomes) {
    sayOutcome(outcome, pardons.has(formatNetwork(outcome.network)), messages);
  }
  if (values.json) await writeResult(host, toJson(outcomes, pardoned));
  messages.note(`Removed ${count(match.removed.length, "entry", "entries")} from "${path}"`);
  await sayWhoElse(outcomes.filter(({ isRemoved }) => isRemoved), invocation);
  const isPardoned = values["no-pardon"] || pardoned !== undefined;
  return isPartial || hasProblems || !isPardoned ? EXIT.partly : EXIT.done;
};

/** Takes entries off the list; if that fails, a pardon is there all the same. */
async function removeAfterPardon(
  asked: NetworkList,
  pardoned: NetworkList | undefined,
  invocation: Invocation<typeof REMOVE_OPTIONS>,
) {
  try {
    return await removeEntries(blocklistPath(invocation.values), asked, "blocklist", invocation);
  } catch (error) {
    if (!(error instanceof Failure) || !pardoned || pardoned.length === 0) throw error;
    const message = `${error.message}; it was pardoned, and nothing else changed`;
    throw new Failure(message, error.hint, EXIT.partly);
  }
}

/** Pardons what was asked for; `undefined` if that failed, which is said. */
async function pardonAll(
  asked: NetworkList,
  invocation: Invocation<typeof REMOVE_OPTIONS>,
): Promise<NetworkList | undefined> {
  const { messages } = invocation;
  try {
    return await recordPardons(asked, undefined, invocation);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    messages.error(
      `${error.message}, so what is removed comes back if its bans still count`,
      error.hint ?? '--state says where pardons are; then "permaban pardon" it',
    );
    return undefined;
  }
}

/** What is off the list may be blocked all the same. */
async function sayWhoElse(
  removed: readonly Outcome[],
  invocation: Invocation<typeof REMOVE_OPTIONS>,
): Promise<void> {
  const { values, messages } = invocation;
  if (removed.length === 0) return;
  const free = removed.filter(({ stillBy }) => !stillBy);
  const families = new Set(free.map(({ network }) => network.family));
  if (families.size > 0 && !values.quiet) {
    const { nextLoads } = await import("./next_load.ts");
    for (const command of nextLoads(families, invocation)) {
      messages.hint(`blocked until the next load: ${command}`);
    }
  }
  const names = removed.length > MANY
    ? "ADDRESS…"
    : removed.map(({ network }) => formatNetwork(network)).join(" ");
  messages.hint(`fail2ban may still ban it: fail2ban-client unban ${names}`);
}

function sayOutcome(
  { network, isRemoved, stillBy }: Outcome,
  isPardoned: boolean,
  messages: Messages,
): void {
  if (stillBy) {
    const name = formatNetwork(network);
    messages.warning(
      `${name} is still blocked by ${formatNetwork(stillBy)} of the list`,
      `"permaban allow add ${name}" leaves it out of each batch`,
    );
  } else if (!isRemoved) {
    const also = isPardoned ? ", and is pardoned" : "";
    messages.warning(`${formatNetwork(network)} is not on the list${also}`);
  }
}

function toJson(outcomes: readonly Outcome[], pardoned: NetworkList = new NetworkList()): string {
  const result = {
    ...namesOf(outcomes),
    stillBlocked: stillIn(outcomes),
    pardoned: Array.from(pardoned, formatNetwork),
  };
  return JSON.stringify(result, null, 2) + "\n";
}
