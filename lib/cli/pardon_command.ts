/**
 * `permaban pardon`.
 *
 * @module
 */

import { pardonsIn } from "../blocklist/pardons.ts";
import { formatNetwork, isWide as isWideNetwork } from "../ip/network.ts";
import { commentOf } from "./add_command.ts";
import { type Invocation, pardonsPath, type Run } from "./command.ts";
import type { PARDON_OPTIONS } from "./spec/pardon_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { readListIfThere, sayProblems } from "./list_file.ts";
import { listedAmong } from "./listed_among.ts";
import { count } from "./messages.ts";
import { entriesOf, printEntries, type ShownEntry } from "./print_entries.ts";
import { readAddresses } from "./read_addresses.ts";
import { recordPardons } from "./record_pardons.ts";
import { removeAndSay } from "./remove_entries.ts";
import { writeResult } from "./write_result.ts";

type Asked = Invocation<typeof PARDON_OPTIONS>;

/** Shows pardons, makes some or takes some back. */
export const pardon: Run<typeof PARDON_OPTIONS> = async (invocation) => {
  const { values, operands: [verb = "list", ...addresses] } = invocation;
  const isVerb = verb === "list" || verb === "add" || verb === "remove";
  const action = isVerb ? verb : "add";
  const given = isVerb ? addresses : invocation.operands;
  if (values.long && action !== "list") {
    throw usageError('Option --long belongs to "permaban pardon list"');
  }
  if (values.comment !== undefined && action !== "add") {
    throw usageError('Option --comment belongs to "permaban pardon ADDRESS"');
  }
  if (action === "list") {
    if (given.length > 0) throw usageError('Command "pardon list" takes no ADDRESS');
    return await list(invocation);
  }
  if (given.length === 0) throw usageError(`Command "pardon ${action}" needs ADDRESS`);
  invocation.run.command = `pardon ${action}`;
  return action === "add" ? await add(given, invocation) : await remove(given, invocation);
};

async function list({ values, host, messages }: Asked): Promise<ExitStatus> {
  const path = pardonsPath(values);
  const entries: ShownEntry[] = [];
  let hasProblems = false;
  for (const list of readListIfThere(path, "pardons")) {
    entries.push(...entriesOf(list));
    if (sayProblems(path, pardonsIn(list), messages)) hasProblems = true;
  }
  await printEntries(entries, ["since", "comment"], values, host);
  return hasProblems ? EXIT.partly : EXIT.done;
}

async function add(given: readonly string[], invocation: Asked) {
  const { values, host, messages } = invocation;
  const comment = commentOf(values);
  const { asked, isPartial } = await readAddresses(given, host, messages);
  const allowWide = values["allow-wide"];
  const pardoned = await recordPardons(asked.networks, comment, invocation, allowWide);
  if (values.json) {
    const names = Array.from(pardoned, formatNetwork);
    await writeResult(host, JSON.stringify({ pardoned: names }, null, 2) + "\n");
  }
  messages.note(
    `Pardoned ${count(pardoned.length, "address or network", "addresses and networks")}`,
  );
  const listed = listedAmong(pardoned, values);
  if (listed) messages.warning(`Still on the blocklist: ${listed}`, "permaban remove takes it off");
  const isWide = !allowWide && asked.networks.length > pardoned.length &&
    Array.from(asked.networks).some(isWideNetwork);
  return isPartial || isWide ? EXIT.partly : EXIT.done;
}

async function remove(given: readonly string[], invocation: Asked): Promise<ExitStatus> {
  const { asked, isPartial } = await readAddresses(given, invocation.host, invocation.messages);
  const path = pardonsPath(invocation.values);
  const hasProblems = await removeAndSay(path, asked.networks, "pardons", invocation);
  return isPartial || hasProblems ? EXIT.partly : EXIT.done;
}
