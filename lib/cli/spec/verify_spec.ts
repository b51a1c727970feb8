/**
 * What `permaban verify` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { choice, flag, type OptionTable, positionOf, textOr, texts } from "../option.ts";
import { ALLOW_WIDE } from "./shared_spec.ts";

/** Options of `verify`. */
export const VERIFY_OPTIONS = {
  format: choice(
    "FORMAT",
    ["auto", "iptables", "ip6tables", "ipset", "nft"],
    "what the dump is of, told by its text unless named",
    { letter: "6", value: "ip6tables" },
  ),
  chain: textOr("CHAIN", "permaban", "the chain that holds the rules, or the table of nft"),
  table: choice("TABLE", ["filter", "mangle", "raw", "security"], "the table of the chain"),
  hook: texts("CHAIN", "a chain that must jump to it, or a hook of nft"),
  "hook-position": positionOf("up to which rule the jump may stand anywhere"),
  target: choice("TARGET", ["drop", "reject"], "what should happen to a packet"),
  rules: flag("look for the rule that asks the set of --format ipset"),
  "allow-wide": ALLOW_WIDE,
} satisfies OptionTable;

/** The command `verify`. */
export const verifySpec: Command<typeof VERIFY_OPTIONS> = {
  name: "verify",
  summary: "compare what is loaded with what restore would load",
  operands: "[DUMP]",
  arity: { least: 0, most: 1 },
  operandKind: "file",
  description: [
    "Reads a dump of the live firewall (iptables-save, ip6tables-save, ipset save or nft -j list " +
    "ruleset) from a file or standard input, and prints how it differs from what restore would " +
    "load, a difference a line: a word, what differs, and where or how. Status 0 says that nothing " +
    "does, 1 that something does. With --quiet there is only the status.",
    "What counts is which addresses are blocked: rules are followed as the kernel does, so a tree of " +
    "chains and a flat chain are equal. Networks that are missing or surplus are printed as the " +
    "fewest there are.",
    "With --hook the jump from each such chain must be there, once, under no condition, and behind " +
    "no rule that lets a listed address through. Without it, it is enough that some rule leads to " +
    "the chain. For nft --hook is what restore had: there packets must be blocked (without it at " +
    "prerouting), and the table must drop nowhere else.",
    "What ipset save prints shows no rules: with --rules, a dump of iptables is searched for the one " +
    "that asks the set, and for the jump.",
  ],
  options: VERIFY_OPTIONS,
  examples: [
    { line: "iptables-save | permaban verify --hook INPUT", does: "is the list loaded?" },
    { line: "ip6tables-save | permaban verify --hook INPUT", does: "and that of IPv6?" },
    { line: "ipset save | permaban verify", does: "are the sets filled?" },
    { line: "iptables-save | permaban verify --rules --hook INPUT", does: "and are they asked?" },
    { line: "nft -j list ruleset | permaban verify", does: "and for nftables" },
  ],
  load: async () => (await import("../verify_command.ts")).verify,
};
