/**
 * `permaban verify`.
 *
 * @module
 */

import { faultOfChain } from "../firewall/chain_name.ts";
import { compareIpset } from "../firewall/compare_ipset.ts";
import { compareNft } from "../firewall/compare_nft.ts";
import { compareTable } from "../firewall/compare_table.ts";
import type { Comparison } from "../firewall/comparison.ts";
import { dumpFormat } from "../firewall/dump_format.ts";
import { parseNft } from "../firewall/live_nft.ts";
import { familyOfDump, parseDump } from "../firewall/live_table.ts";
import { faultOfTable } from "../firewall/nft_name.ts";
import { ipsetNames, NFT_SETS } from "../firewall/set_names.ts";
import type { NetworkList } from "../ip/network_list.ts";
import { blockedNetworks } from "./blocked_networks.ts";
import { checkChainOptions, readHooks } from "./chain_options.ts";
import type { Invocation, Run } from "./command.ts";
import { dumpName, readDump, understand } from "./dump_file.ts";
import { EXIT } from "./exit_status.ts";
import { Failure, usageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { count, type Messages } from "./messages.ts";
import { refuseOptions } from "./restore_plan.ts";
import type { VERIFY_OPTIONS } from "./spec/verify_spec.ts";
import { printComparison } from "./verify_result.ts";

type VerifyInvocation = Invocation<typeof VERIFY_OPTIONS>;
type VerifyValues = VerifyInvocation["values"];
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
  const { values, operands: [path = "-"], host, messages } = invocation;
  checkTyped(path, host);
  const bytes = await readDump(path, host, "pipe it: iptables-save | permaban verify");
  const format = values.format === "auto" ? formatOf(bytes, path, messages) : values.format;
  const compare = comparisonFor(format, invocation);
  // What a configuration says may have no meaning for this dump.
  const asksSet = values.rules && FAMILIES[format].length === 1;
  messages.detail(`Taken for what ${SAVERS[format]} prints`);
  const { networks, isPartial } = blockedNetworks(FAMILIES[format], values, host, messages);
  const hint = `give it all that ${SAVERS[format]} prints`;
  const comparison = understand(path, hint, () => compare(bytes, networks));
  for (const { line, message } of comparison.problems) {
    messages.error(`${dumpName(path)}${line === undefined ? "" : `:${line}`}: ${message}`);
  }
  const isEqual = comparison.others.length === 0 && comparison.networks.size === 0;
  if (!values.quiet) await printComparison(comparison, { format, isEqual }, values.json, host);
  if (isEqual) {
    messages.note(
      asksSet
        ? "What is loaded asks the set"
        : `What is loaded blocks what is listed: ${count(networks.length, "network")}`,
    );
  }
  if (format === "ipset") {
    messages.hint("ipset save shows no rules: verify a dump of iptables with --rules");
  }
  if (!isEqual && host.stdout.isTerminal()) sayRemedies(format, asksSet, comparison, messages);
  if (!isEqual) return EXIT.no;
  return isPartial || comparison.problems.length > 0 ? EXIT.partly : EXIT.done;
};

function sayRemedies(
  format: VerifiedFormat,
  asksSet: boolean,
  { others }: Comparison,
  messages: Messages,
): void {
  messages.hint(REMEDIES[format].replace("restore", asksSet ? "restore --rules" : "restore"));
  if (others.some(({ word }) => word === "set-type")) {
    messages.hint(
      "first remove a set of another type: ipset destroy, when no rule asks it any more",
    );
  }
  if (others.some(({ word }) => /^(?:late|conditional|goto)-jump$/.test(word))) {
    messages.hint("a jump that is there is left as it is: delete it first");
  }
  if (!asksSet && others.some(({ what }) => / --match-set \S+-[46] src /.test(what))) {
    messages.hint("if the chain is meant to ask a set, verify it with --rules");
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
  const family = familyOfDump(decode(bytes));
  if (family === undefined) {
    messages.note("Nothing in the dump tells IPv4 from IPv6: taken for IPv4, -6 says otherwise");
  }
  return family === 6 ? "ip6tables" : "iptables";
}

/** What compares a dump of a format. */
function comparisonFor(
  format: VerifiedFormat,
  { values, given, messages }: VerifyInvocation,
): (bytes: Uint8Array, networks: NetworkList) => Comparison {
  const { chain, table, target, rules, hook: hooks, "hook-position": position } = values;
  if (format === "ipset") {
    const names = ["table", "hook", "hook-position", "target", "rules"] as const;
    refuseOptions<typeof VERIFY_OPTIONS>(
      given,
      "ipset save",
      names,
      "it is for a dump of iptables",
    );
    const fault = faultOfChain(chain);
    if (fault) throw usageError(`Option --chain: ${fault}`);
    return (bytes, networks) => compareIpset(bytes, networks, ipsetNames(chain));
  }
  if (format === "nft") {
    refuseOptions<typeof VERIFY_OPTIONS>(given, "nft", ["table"], "--chain names the table");
    refuseOptions<typeof VERIFY_OPTIONS>(given, "nft", ["hook-position", "rules"]);
    const fault = faultOfTable(chain);
    if (fault) throw usageError(`Option --chain: ${fault}`);
    const wanted = { table: chain, sets: NFT_SETS, hooks: readHooks(hooks), target };
    return (bytes, networks) => compareNft(parseNft(decode(bytes), chain), { ...wanted, networks });
  }
  checkChainOptions(values, given, messages);
  const family = format === "iptables" ? 4 : 6;
  const set = rules ? ipsetNames(chain)[family] : undefined;
  const wanted = { family, set, table, chain, hooks, position, target } as const;
  return (bytes, networks) =>
    compareTable(parseDump(decode(bytes), table, family), { ...wanted, networks });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
