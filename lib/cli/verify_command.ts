/**
 * `permaban verify`.
 *
 * @module
 */

import { compareIpset } from "../firewall/compare_ipset.ts";
import { compareNft } from "../firewall/compare_nft.ts";
import { compareTable } from "../firewall/compare_table.ts";
import type { Comparison } from "../firewall/comparison.ts";
import { dumpFormat } from "../firewall/dump_format.ts";
import { parseNft } from "../firewall/live_nft.ts";
import { familyOfDump, parseDump } from "../firewall/live_table.ts";
import { ipsetNames, NFT_SETS } from "../firewall/set_names.ts";
import { blockedNetworks } from "./blocked_networks.ts";
import { checkChainOptions } from "./chain_options.ts";
import type { Invocation, Run } from "./command.ts";
import { dumpName, readDump, understand } from "./dump_file.ts";
import { EXIT } from "./exit_status.ts";
import { Failure, usageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { count, type Messages } from "./messages.ts";
import type { VERIFY_OPTIONS } from "./spec/verify_spec.ts";
import { printComparison } from "./verify_result.ts";

type VerifyValues = Invocation<typeof VERIFY_OPTIONS>["values"];
/** What a dump may be of. */
export type VerifiedFormat = Exclude<VerifyValues["format"], "auto">;

const FAMILIES: Readonly<Record<VerifiedFormat, readonly (4 | 6)[]>> = {
  iptables: [4],
  ip6tables: [6],
  ipset: [4, 6],
  nft: [4, 6],
};
/** What prints each. */
const SAVERS: Readonly<Record<VerifiedFormat, string>> = {
  iptables: "iptables-save",
  ip6tables: "ip6tables-save",
  ipset: "ipset save",
  nft: "nft -j list ruleset",
};

/** What makes what is loaded equal again. */
const REMEDIES: Readonly<Record<VerifiedFormat, string>> = {
  iptables:
    "load it anew: iptables-save | permaban restore --live - | iptables-restore -w --noflush",
  ip6tables:
    "load it anew: ip6tables-save | permaban restore -6 --live - | ip6tables-restore -w --noflush",
  ipset: "load it anew: permaban restore --format ipset | ipset restore",
  nft: "load it anew: permaban restore --format nft | nft -f -",
};

/** Compares a dump with the list. */
export const verify: Run<typeof VERIFY_OPTIONS> = async (invocation) => {
  const { values, given, operands: [path = "-"], host, messages } = invocation;
  checkChainOptions(values, given);
  checkTyped(path, host);
  const bytes = await readDump(path, host, "pipe it: iptables-save | permaban verify");
  const format = values.format === "auto" ? formatOf(bytes, path, messages) : values.format;
  checkHooks(format, values);
  const { networks, isPartial } = blockedNetworks(FAMILIES[format], values, host, messages);
  const hint = `give it all that ${SAVERS[format]} prints`;
  const comparison = understand(path, hint, () => compare(format, bytes, networks, values));
  for (const { line, message } of comparison.problems) {
    messages.error(`${dumpName(path)}${line === undefined ? "" : `:${line}`}: ${message}`);
  }
  const isEqual = comparison.others.length === 0 && comparison.networks.size === 0;
  if (!values.quiet) await printComparison(comparison, { format, isEqual }, values.json, host);
  if (isEqual) {
    messages.note(`What is loaded blocks what is listed: ${count(networks.length, "network")}`);
  }
  if (format === "ipset") messages.hint("ipset save does not show whether rules use the sets");
  if (!isEqual && host.stdout.isTerminal()) sayRemedies(format, comparison, messages);
  if (!isEqual) return EXIT.no;
  return isPartial || comparison.problems.length > 0 ? EXIT.partly : EXIT.done;
};

function sayRemedies(format: VerifiedFormat, { others }: Comparison, messages: Messages): void {
  messages.hint(REMEDIES[format]);
  if (others.some(({ word }) => /^(?:late|conditional|goto)-jump$/.test(word))) {
    messages.hint("a jump that is there is left as it is: delete it first");
  }
}

function checkTyped(path: string, host: Host): void {
  if (path !== "-" || !host.stdin.isTerminal()) return;
  throw usageError(
    'Command "verify" needs a dump, and standard input is the terminal',
    "pipe one: iptables-save | permaban verify --hook INPUT",
  );
}

/** What a dump is of, by its text. */
function formatOf(bytes: Uint8Array, path: string, messages: Messages): VerifiedFormat {
  const format = dumpFormat(bytes);
  if (format === undefined || typeof format === "object") {
    const isEmpty = bytes.every((byte) => byte === 0x0a || byte === 0x20);
    throw new Failure(
      isEmpty
        ? `${dumpName(path)}: The dump is empty`
        : `${dumpName(path)}: Cannot tell what this is a dump of`,
      format?.hint ??
        (isEmpty
          ? "name what it is of if nothing is loaded, as in --format iptables"
          : `expected what ${Object.values(SAVERS).join(", ")} prints`),
    );
  }
  if (format !== "iptables") return format;
  const family = familyOfDump(new TextDecoder().decode(bytes));
  if (family === undefined) {
    messages.note("Nothing in the dump tells IPv4 from IPv6: taken for IPv4, -6 says otherwise");
  }
  return family === 6 ? "ip6tables" : "iptables";
}

function checkHooks(format: VerifiedFormat, { hook, "hook-position": position }: VerifyValues) {
  if (format === "ipset" && hook.length > 0) {
    throw usageError("Option --hook: what ipset save prints shows no rules");
  }
  if (format === "nft" && position !== undefined) {
    throw usageError("Option --hook-position: nftables has priorities instead");
  }
}

function compare(
  format: VerifiedFormat,
  bytes: Uint8Array,
  networks: Parameters<typeof compareIpset>[1],
  { chain, table, hook: hooks, "hook-position": position, target }: VerifyValues,
): Comparison {
  if (format === "ipset") return compareIpset(bytes, networks, ipsetNames(chain));
  const text = new TextDecoder().decode(bytes);
  if (format === "nft") {
    const lower = hooks.map((hook) => hook.toLowerCase());
    const wanted = { networks, table: chain, sets: NFT_SETS, hooks: lower, target };
    return compareNft(parseNft(text, chain), wanted);
  }
  const family = format === "iptables" ? 4 : 6;
  const wanted = { family, networks, table, chain, hooks, position, target } as const;
  return compareTable(parseDump(text, table, family), wanted);
}
