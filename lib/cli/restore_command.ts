/**
 * `permaban restore`.
 *
 * @module
 */

import { readFile } from "../file/read_file.ts";
import { faultOfChain, faultOfHook, TABLES } from "../firewall/chain_name.ts";
import { type Jump, printIptablesBatch } from "../firewall/iptables_batch.ts";
import {
  branchesIn,
  DumpError,
  type LiveBranch,
  type LiveTable,
  parseDump,
} from "../firewall/live_table.ts";
import { formatNetwork } from "../ip/network.ts";
import { systemReason } from "../log/system_reason.ts";
import { type BlockedNetworks, blockedNetworks } from "./blocked_networks.ts";
import type { Invocation, Run } from "./command.ts";
import type { RESTORE_OPTIONS } from "./spec/restore_spec.ts";
import { EXIT } from "./exit_status.ts";
import { Failure, usageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { count, type Messages } from "./messages.ts";
import { readAll } from "./read_all.ts";
import { VERSION } from "./version.ts";

type RestoreValues = Invocation<typeof RESTORE_OPTIONS>["values"];

/** Prints the batch. */
export const restore: Run<typeof RESTORE_OPTIONS> = async ({ values, given, host, messages }) => {
  checkNames(values);
  if (given.get("hook-position")?.length && values.hook.length === 0) {
    throw usageError("Option --hook-position needs --hook");
  }
  const live = values.live === undefined ? undefined : await readLive(values.live, values, host);
  const family = values.format === "ip6tables" ? 6 : 4;
  const blocked = blockedNetworks([family], values, host, messages);
  const { networks, entries, others } = blocked;
  let { isPartial } = blocked;
  if (others > 0) {
    messages.detail(`Left out ${count(others, "entry", "entries")} of IPv${family === 4 ? 6 : 4}`);
  }
  const { table, chain, hook: hooks, target, layout } = values;
  if (values.json) {
    const settings = { format: values.format, table, chain, hooks, target, layout };
    const all = { ...settings, entries, otherFamily: others };
    const result = {
      ...all,
      allowed: Array.from(blocked.allowed, formatNetwork),
      protected: Array.from(blocked.protected, formatNetwork),
      networks: Array.from(networks, formatNetwork),
    };
    await host.stdout.write(JSON.stringify(result, null, 2) + "\n");
  } else {
    const remarks = remarksOn(blocked, values);
    const { jumps, isLacking } = jumpsFor(values, live, messages);
    isPartial ||= isLacking;
    const branches = live ? branchesIn(live, chain) : [];
    sayHeld(branches, messages);
    const rest = { target, layout, remarks, branches };
    const batch = { family, networks, table, chain, jumps, ...rest } as const;
    for (const piece of printIptablesBatch(batch)) await host.stdout.write(piece);
    if (host.stdout.isTerminal()) messages.hint(`pipe it: permaban restore | ${loader(values)}`);
  }
  return isPartial ? EXIT.partly : EXIT.done;
};

/** The table as it is loaded now. */
async function readLive(path: string, values: RestoreValues, host: Host): Promise<LiveTable> {
  const name = path === "-" ? "stdin" : path;
  try {
    const bytes = path === "-" ? await readAll(host.stdin) : readFile(path);
    const family = values.format === "ip6tables" ? 6 : 4;
    return parseDump(new TextDecoder().decode(bytes), values.table, family);
  } catch (error) {
    const saver = values.format === "ip6tables" ? "ip6tables-save" : "iptables-save";
    const hint = `give it all that ${saver} prints: ${saver} -t ${values.table}`;
    if (error instanceof DumpError) {
      throw new Failure(`${name}:${error.line}: ${error.message}`, hint);
    }
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new Failure(`Cannot read "${name}": ${reason}`, hint);
  }
}

/** The jumps to put in, and whether one of them has nowhere to go. */
function jumpsFor(
  { table, chain, hook: hooks, "hook-position": position }: RestoreValues,
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
    const ours = rules.filter(({ target }) => target === chain);
    const surplus = ours.filter(({ isPlainJump }) => isPlainJump).length;
    // One that is there stays, be it under a condition: somebody meant it so.
    if (ours.length > 0 && surplus < 2) continue;
    const isBeyond = (position ?? 1) > rules.length - surplus + 1;
    if (isBeyond) messages.warning(`Chain "${from}" has too few rules: the jump is put at its end`);
    jumps.push({ from, position: isBeyond ? "last" : position, surplus });
  }
  return { jumps, isLacking };
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

function checkNames(values: RestoreValues): void {
  const { table, chain, hook: hooks, target } = values;
  const fault = faultOfChain(chain);
  if (fault) throw usageError(`Option --chain: ${fault}`);
  for (const hook of hooks) {
    const fault = faultOfHook(hook, table, chain);
    if (fault) throw usageError(`Option --hook: ${fault}`);
  }
  if (new Set(hooks).size < hooks.length) throw usageError("Option --hook names a chain twice");
  if (target === "reject" && table !== "filter") {
    throw usageError(`Option --target: only table "filter" can reject, use --target drop`);
  }
}

function remarksOn(blocked: BlockedNetworks, values: RestoreValues): string[] {
  const { networks: { length }, entries, others, allowed, protected: shielded } = blocked;
  const remarks = [
    `permaban ${VERSION}: ${count(length, "network")} for ${count(entries, "entry", "entries")}`,
    `Load it with: ${loader(values)}`,
  ];
  if (allowed.length > 0) {
    remarks.push(`Left out: ${count(allowed.length, "network")} of the allowlist`);
  }
  if (shielded.length > 0) {
    remarks.push(`Left out: ${count(shielded.length, "network")} that must not be blocked`);
  }
  if (others > 0) {
    const rest = values.format === "iptables"
      ? "of IPv6, which permaban restore -6 prints"
      : "of IPv4, which permaban restore prints";
    remarks.push(`Left out: ${count(others, "entry", "entries")} ${rest}`);
  }
  if (values.hook.length > 0 && values.live === undefined) {
    remarks.push("Each load adds the jump again: leave --hook out once it is there, or use --live");
  }
  return remarks;
}

function loader({ format }: RestoreValues): string {
  return `${format}-restore -w --noflush`;
}
