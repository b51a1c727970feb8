/**
 * `permaban allow`.
 *
 * @module
 */

import { allowedBy, endOf } from "../blocklist/allowlist.ts";
import { commentOf } from "./add_command.ts";
import { allowNetworks } from "./allow_networks.ts";
import { allowlistPath, type Invocation, type Run } from "./command.ts";
import type { ALLOW_OPTIONS } from "./spec/allow_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { readList, readListIfThere, sayProblems } from "./list_file.ts";
import { count } from "./messages.ts";
import { entriesOf, printEntries, type ShownEntry } from "./print_entries.ts";
import { readAddresses } from "./read_addresses.ts";
import { removeAndSay } from "./remove_entries.ts";

type Asked = Invocation<typeof ALLOW_OPTIONS>;

/** Shows or edits the allowlist. */
export const allow: Run<typeof ALLOW_OPTIONS> = async (invocation) => {
  const { values, operands: [verb = "list", ...addresses] } = invocation;
  if (verb !== "list" && verb !== "add" && verb !== "remove" && verb !== "import") {
    throw usageError(
      `There is no "permaban allow ${verb}"`,
      'it is "allow add ADDRESS", "allow remove ADDRESS", "allow import" or "allow list"',
    );
  }
  checkOptions(verb, values);
  invocation.run.command = `allow ${verb}`;
  if (verb === "import") {
    return await (await import("./allow_import.ts")).allowImport(addresses, invocation);
  }
  if (verb === "list") {
    if (addresses.length > 0) throw usageError('Command "allow list" takes no ADDRESS');
    return await list(invocation);
  }
  if (addresses.length === 0) throw usageError(`Command "allow ${verb}" needs ADDRESS`);
  return verb === "add" ? await add(addresses, invocation) : await remove(addresses, invocation);
};

/** The options that only some verbs take. */
const OWNERS = {
  long: ["list"],
  comment: ["add"],
  for: ["add"],
  fail2ban: ["import"],
  "dry-run": ["add", "import"],
} as const;

function checkOptions(verb: string, values: Asked["values"]): void {
  for (const [name, verbs] of Object.entries(OWNERS)) {
    const value = values[name as keyof typeof OWNERS];
    if (value === undefined || value === false || verbs.some((owner) => owner === verb)) continue;
    const owners = verbs.map((owner) => `"permaban allow ${owner}"`).join(" and ");
    throw usageError(`Option --${name} belongs to ${owners}`);
  }
}

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
  const { asked: { networks, noteAt }, isPartial } = await readAddresses(addresses, host, messages);
  const end = values.for === undefined ? Infinity : Math.floor(host.now() + values.for);
  const noted = {
    networks,
    noteAt: (index: number) => ({ comment: comment ?? noteAt(index).comment }),
  };
  const status = await allowNetworks(noted, end, invocation);
  return isPartial ? EXIT.partly : status;
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
