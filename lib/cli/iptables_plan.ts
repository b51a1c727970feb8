/**
 * `permaban restore` for `iptables-restore` and `ip6tables-restore`.
 *
 * @module
 */

import { TABLES } from "../firewall/chain_name.ts";
import { type Jump, printIptablesBatch, setRule } from "../firewall/iptables_batch.ts";
import {
  branchesIn,
  type LiveBranch,
  type LiveRule,
  type LiveTable,
  parseDump,
} from "../firewall/live_table.ts";
import { ipsetNames } from "../firewall/set_names.ts";
import { checkChainOptions } from "./chain_options.ts";
import { dumpName, readDump, understand } from "./dump_file.ts";
import { Failure } from "./failure.ts";
import type { Host } from "./host.ts";
import type { Messages } from "./messages.ts";
import { refuseOptions, type RestoreInvocation, type RestorePlan } from "./restore_plan.ts";

/** The options. */
type Values = RestoreInvocation["values"];

/**
 * Plans a batch with a rule for each network, or with `--rules` one with a rule that asks a set.
 *
 * @param invocation The options, the machine, and where it is said what cannot be done.
 * @throws {Failure} If the options make no sense, or the dump of the live table cannot be read.
 */
export async function planIptables(
  { values, given, host, messages }: RestoreInvocation,
): Promise<RestorePlan> {
  const family: 4 | 6 = values.format === "ip6tables" ? 6 : 4;
  refuseOptions(given, `--format ${values.format}`, ["priority"]);
  if (values.rules) refuseOptions(given, "--rules", ["layout"]);
  checkChainOptions(values, given, messages);
  const { live: path, rules, table, chain, target, layout, hook: hooks } = values;
  const live = path === undefined ? undefined : await readLive(path, values, family, host);
  const { jumps, isLacking } = jumpsFor(values, live, messages);
  const branches = live ? branchesIn(live, chain) : [];
  sayHeld(branches, messages);
  const program = family === 4 ? "iptables" : "ip6tables";
  const set = rules ? ipsetNames(chain)[family] : undefined;
  const rule = setRule({ chain, set, target, family });
  const isFilled = rules && hasOnly(live, chain, rule);
  const common = { format: program, table, chain, hooks, target };
  const parts = { family, table, chain, target, layout, jumps, branches, set, isFilled };
  return {
    families: rules ? [] : [family],
    words: (family === 6 ? " -6" : "") + (rules ? " --rules" : ""),
    loader: `${program}-restore -w --noflush`,
    settings: rules ? { ...common, set } : { ...common, layout },
    remarks: remarksOn(values, set),
    isPartial: isLacking,
    print: (networks, remarks) => printIptablesBatch({ ...parts, networks, remarks }),
  };
}

/** The table as it is loaded now. */
async function readLive(
  path: string,
  { table, hook: hooks }: Values,
  family: 4 | 6,
  host: Host,
): Promise<LiveTable> {
  const saver = family === 6 ? "ip6tables-save" : "iptables-save";
  const hint = `give it all that ${saver} prints: ${saver} -t ${table}`;
  const text = new TextDecoder().decode(await readDump(path, host, hint));
  const live = understand(path, hint, () => parseDump(text, table, family));
  // Of a command that failed; with -t all variants print the table, even before its first rule.
  if (live.isBlank && hooks.length > 0) {
    throw new Failure(
      `${dumpName(path)}: There is no table in the dump, so nothing tells which jumps are there`,
      hint,
    );
  }
  return live;
}

/** The jumps to put in, and whether one of them has nowhere to go. */
function jumpsFor(
  { table, chain, hook: hooks, "hook-position": position }: Values,
  live: LiveTable | undefined,
  messages: Messages,
): { jumps: Jump[]; isLacking: boolean } {
  if (!live) return { jumps: hooks.map((from) => ({ from, position })), isLacking: false };
  const jumps: Jump[] = [];
  let isLacking = false;
  for (const from of hooks) {
    if (!TABLES[table]?.includes(from) && !live.chains.includes(from)) {
      messages.error(
        `Table "${table}" has no chain "${from}" now: the jump from it is left out`,
        "load the batch again when it is there",
      );
      isLacking = true;
      continue;
    }
    const rules = live.rules.filter((rule) => rule.chain === from);
    jumps.push(...jumpFrom(from, rules, { chain, position }, messages));
  }
  return { jumps, isLacking };
}

/** What a chain needs so that there is one jump in it. */
function jumpFrom(
  from: string,
  rules: readonly LiveRule[],
  { chain, position }: Pick<Values, "chain"> & Pick<Jump, "position">,
  messages: Messages,
): Jump[] {
  const ours = rules.filter(({ target }) => target === chain);
  const plain = ours.filter(({ isPlainJump }) => isPlainJump);
  // One that is there stays, be it under a condition: somebody meant it so.
  if (ours.length > 0 && plain.length < 2) return [];
  // One with a comment is plain, but a batch cannot name it: text of a dump never gets into one.
  const surplus = plain.filter(({ isBare }) => isBare).length;
  const isThere = plain[0]?.isBare === false;
  sayCommented(from, chain, plain.length - surplus - (isThere ? 1 : 0), messages);
  if (isThere) return surplus > 0 ? [{ from, surplus, isThere }] : [];
  if (surplus === 1) return [];
  const isBeyond = typeof position === "number" && position > rules.length - surplus + 1;
  if (isBeyond) messages.warning(`Chain "${from}" has too few rules: the jump is put at its end`);
  return [{ from, position: isBeyond ? "last" : position, surplus }];
}

function sayCommented(from: string, chain: string, surplus: number, messages: Messages): void {
  if (surplus <= 0) return;
  messages.warning(
    `Chain "${from}" jumps to "${chain}" once more, by a rule with a comment, which is left there`,
    "delete that rule: iptables -S shows it",
  );
}

function sayHeld(branches: readonly LiveBranch[], messages: Messages): void {
  for (const { name, heldBy } of branches) {
    if (heldBy === undefined) continue;
    messages.warning(
      `A rule in chain "${heldBy}" leads to "${name}", which is permaban's own`,
      "have it lead to the first chain instead",
    );
  }
}

/** Whether a chain is there with one rule and no other. */
function hasOnly(live: LiveTable | undefined, chain: string, rule: string): boolean {
  const rules = live?.rules.filter((rule) => rule.chain === chain) ?? [];
  return rules.length === 1 && rules[0]?.text === rule;
}

function remarksOn({ hook: hooks, live }: Values, set: string | undefined): string[] {
  const remarks = set === undefined
    ? []
    : ["The set must be there: permaban restore --format ipset"];
  if (hooks.length > 0 && live === undefined) {
    remarks.push("Each load adds the jump again: leave --hook out once it is there, or use --live");
  }
  return remarks;
}
