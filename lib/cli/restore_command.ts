/**
 * `permaban restore`.
 *
 * @module
 */

import type { Blocklist } from "../blocklist/blocklist.ts";
import { faultOfChain, faultOfHook } from "../firewall/chain_name.ts";
import { printIptablesBatch } from "../firewall/iptables_batch.ts";
import { formatNetwork, isWide } from "../ip/network.ts";
import { NetworkSet } from "../ip/network_set.ts";
import { blocklistPath, type Invocation, type Run } from "./command.ts";
import type { RESTORE_OPTIONS } from "./commands.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { loadList, sayProblems } from "./list_file.ts";
import { count } from "./messages.ts";
import { VERSION } from "./version.ts";

type RestoreValues = Invocation<typeof RESTORE_OPTIONS>["values"];

/** Prints the batch. */
export const restore: Run<typeof RESTORE_OPTIONS> = async ({ values, host, messages }) => {
  checkNames(values);
  const path = blocklistPath(values);
  const list = await loadList(path);
  let isPartial = sayProblems(path, list, messages);
  const family = values.format === "ip6tables" ? 6 : 4;
  const { entries, wide } = sortOut(list, values["allow-wide"]);
  for (const { line, network } of wide) {
    isPartial = true;
    messages.error(
      `${path}:${line}: ${
        formatNetwork(network)
      } is wider than /8 (IPv4) or /19 (IPv6) and was left out`,
      "load it with --allow-wide if you mean it",
    );
  }
  const ours = entries.filter(({ network }) => network.family === family);
  const others = entries.length - ours.length;
  const networks = new NetworkSet(ours.map(({ network }) => network)).minimal();
  if (others > 0) {
    messages.detail(`Left out ${count(others, "entry", "entries")} of IPv${family === 4 ? 6 : 4}`);
  }
  const { table, chain, hook: hooks, target } = values;
  if (values.json) {
    const result = { format: values.format, table, chain, hooks, target };
    const counts = { entries: ours.length, otherFamily: others };
    const all = { ...result, ...counts, networks: networks.map(formatNetwork) };
    await host.stdout.write(JSON.stringify(all, null, 2) + "\n");
  } else {
    const remarks = remarksOn({ networks: networks.length, entries: ours.length, others }, values);
    const batch = { family, networks, table, chain, hooks, target, remarks } as const;
    await host.stdout.write([...printIptablesBatch(batch)].join(""));
    if (host.stdout.isTerminal()) messages.hint(`pipe it: permaban restore | ${loader(values)}`);
  }
  return isPartial ? EXIT.partly : EXIT.done;
};

function checkNames({ table, chain, hook: hooks, target }: RestoreValues): void {
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

function sortOut(list: Blocklist, allowWide: boolean) {
  if (allowWide) return { entries: list.entries, wide: [] };
  return {
    entries: list.entries.filter(({ network }) => !isWide(network)),
    wide: list.entries.filter(({ network }) => isWide(network)),
  };
}

function remarksOn(
  counts: { readonly networks: number; readonly entries: number; readonly others: number },
  values: RestoreValues,
): string[] {
  const { networks, entries, others } = counts;
  const remarks = [
    `permaban ${VERSION}: ${count(networks, "network")} for ${count(entries, "entry", "entries")}`,
    `Load it with: ${loader(values)}`,
  ];
  if (others > 0) {
    const rest = values.format === "iptables"
      ? "of IPv6, which permaban restore -6 prints"
      : "of IPv4, which permaban restore prints";
    remarks.push(`Left out: ${count(others, "entry", "entries")} ${rest}`);
  }
  if (values.hook.length > 0) {
    remarks.push("Each load adds the jump again: leave --hook out once it is there");
  }
  return remarks;
}

function loader({ format }: RestoreValues): string {
  return `${format}-restore -w --noflush`;
}
