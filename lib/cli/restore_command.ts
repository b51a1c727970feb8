/**
 * `permaban restore`.
 *
 * @module
 */

import { formatNetwork } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { type BlockedNetworks, blockedNetworks } from "./blocked_networks.ts";
import { blocklistPath, type Run } from "./command.ts";
import { EXIT } from "./exit_status.ts";
import { planIpset } from "./ipset_plan.ts";
import { planIptables } from "./iptables_plan.ts";
import { LeftOut } from "./left_out.ts";
import { count } from "./messages.ts";
import { planNft } from "./nft_plan.ts";
import type { RestoreInvocation, RestorePlan } from "./restore_plan.ts";
import type { RESTORE_OPTIONS } from "./spec/restore_spec.ts";
import { VERSION } from "./version.ts";

/** Prints the batch. */
export const restore: Run<typeof RESTORE_OPTIONS> = async (invocation) => {
  const { values, host, messages } = invocation;
  const plan = await planFor(invocation);
  const { families, settings } = plan;
  // Who asks for less does not wait for it.
  const leftOut = values.verbose ? new LeftOut(families) : undefined;
  const blocked = families.length > 0
    ? blockedNetworks(families, values, host, messages, { leftOut })
    : undefined;
  leftOut?.say(blocklistPath(values), messages);
  if (values.json) {
    const result = blocked ? { ...settings, ...toJson(blocked) } : settings;
    await host.stdout.write(JSON.stringify(result, null, 2) + "\n");
  } else {
    const networks = blocked?.networks ?? new NetworkList();
    for (const piece of plan.print(networks, remarksOn(plan, blocked))) {
      await host.stdout.write(piece);
    }
    if (host.stdout.isTerminal()) {
      messages.hint(`pipe it: permaban restore${plan.words} | ${plan.loader}`);
    }
  }
  return plan.isPartial || blocked?.isPartial ? EXIT.partly : EXIT.done;
};

function planFor(invocation: RestoreInvocation): RestorePlan | Promise<RestorePlan> {
  const { format, rules } = invocation.values;
  if (format === "nft") return planNft(invocation);
  // The rules for sets are a batch of iptables.
  if (format === "ipset" && !rules) return planIpset(invocation);
  return planIptables(invocation);
}

function toJson(blocked: BlockedNetworks) {
  return {
    entries: blocked.entries,
    otherFamily: blocked.others,
    allowed: Array.from(blocked.allowed, formatNetwork),
    protected: Array.from(blocked.protected, formatNetwork),
    networks: Array.from(blocked.networks, formatNetwork),
  };
}

function remarksOn(plan: RestorePlan, blocked: BlockedNetworks | undefined): string[] {
  const load = `Load it with: ${plan.loader}`;
  if (!blocked) return [`permaban ${VERSION}: the rule for a set`, load, ...plan.remarks];
  const { networks: { length }, entries, others, allowed, protected: shielded } = blocked;
  const remarks = [
    `permaban ${VERSION}: ${count(length, "network")} for ${count(entries, "entry", "entries")}`,
    load,
  ];
  if (allowed.length > 0) {
    remarks.push(`Left out: ${count(allowed.length, "network")} of the allowlist`);
  }
  if (shielded.length > 0) {
    remarks.push(`Left out: ${count(shielded.length, "network")} that must not be blocked`);
  }
  if (others > 0) {
    const rest = plan.families[0] === 4
      ? "of IPv6, which permaban restore -6 prints"
      : "of IPv4, which permaban restore prints";
    remarks.push(`Left out: ${count(others, "entry", "entries")} ${rest}`);
  }
  return [...remarks, ...plan.remarks];
}
