/**
 * What `permaban restore` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import {
  choice,
  file,
  flag,
  forOneRun,
  type OptionTable,
  positionOf,
  text,
  textOr,
  texts,
} from "../option.ts";
import { ALLOW_WIDE } from "./shared_spec.ts";

/** Options of `restore`. */
export const RESTORE_OPTIONS = {
  format: choice("FORMAT", ["iptables", "ip6tables", "ipset", "nft"], "what loads the batch", {
    letter: "6",
    value: "ip6tables",
  }),
  chain: textOr("CHAIN", "permaban", "the chain that holds the rules, or the table of nft"),
  table: choice("TABLE", ["filter", "mangle", "raw", "security"], "the table of the chain"),
  hook: texts("CHAIN", "add a jump to this chain, or the hook of nft"),
  "hook-position": positionOf(
    "first or the number of the rule that the jump becomes; without --live the chain must have all " +
      "the rules before it",
  ),
  live: forOneRun(file("what iptables-save prints now, or - for standard input")),
  target: choice("TARGET", ["drop", "reject"], "what happens to a packet"),
  layout: choice("LAYOUT", ["tree", "flat"], "how the rules of a long list are arranged"),
  rules: forOneRun(flag("print the rule that asks the set of --format ipset")),
  priority: text(
    "N",
    "with nft: a number, or raw, mangle, dstnat, filter, security (default: raw)",
  ),
  "allow-wide": ALLOW_WIDE,
} satisfies OptionTable;

/** The command `restore`. */
export const restoreSpec: Command<typeof RESTORE_OPTIONS> = {
  name: "restore",
  summary: "print a batch that blocks the list, for iptables, ipset or nft",
  operands: "",
  arity: { least: 0, most: 0 },
  description: [
    "Prints a batch that fills a chain with the blocklist, merged into the fewest networks. " +
    "Loading it makes the chain or replaces its rules, all at once. Load it with --noflush, or the " +
    "loader empties the rest of the table.",
    "A long list becomes a tree of chains, so that a packet meets few rules: at most about 150 of " +
    "100,000. --layout flat puts all into one chain.",
    "--hook adds a jump to the chain each time the batch is loaded: use it once after boot, and " +
    "leave it out when the list has changed. Or tell with --live what is loaded now: then a jump " +
    "that is there stays where it is, one that is there twice is put right, and chains left from a " +
    "longer list are removed. With -t filter iptables-save prints the table always; a dump without " +
    "any table is refused, as one of a command that failed.",
    "--format ipset fills two sets, CHAIN-4 and CHAIN-6; --rules prints the chain that asks one of " +
    "them, with -6 that of IPv6, and the jump. The set must be there first.",
    "--format nft makes a table CHAIN of its own for both families, with a chain that sees all that " +
    "comes in, for the machine and through it, before connections are tracked. --hook says where " +
    "instead: prerouting, input, forward, output.",
  ],
  options: RESTORE_OPTIONS,
  examples: [
    {
      line: "permaban restore --hook INPUT | iptables-restore -w --noflush",
      does: "at boot, for IPv4",
    },
    {
      line: "permaban restore -6 --hook INPUT | ip6tables-restore -w --noflush",
      does: "and for IPv6",
    },
    {
      line: "permaban restore | iptables-restore -w --noflush",
      does: "after a change of the list",
    },
    {
      line: "iptables-save -t filter | permaban restore --live - --hook INPUT > batch",
      does: "at any time; then iptables-restore -w --noflush < batch",
    },
    {
      line: "permaban restore --format ipset | ipset restore",
      does: "fill the sets, at any time",
    },
    {
      line: "permaban restore --rules --hook INPUT | iptables-restore -w --noflush",
      does: "once after that: have packets looked up in the set of IPv4",
    },
    {
      line: "permaban restore --format nft | nft -f -",
      does: "all in one, at any time",
    },
  ],
  load: async () => (await import("../restore_command.ts")).restore,
};
