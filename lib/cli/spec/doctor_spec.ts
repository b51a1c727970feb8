/**
 * What `permaban doctor` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { file, type OptionTable } from "../option.ts";
import { ANY, ROOT } from "./shared_spec.ts";

/** Options of `doctor`. */
export const DOCTOR_OPTIONS = {
  log: file("the log that fail2ban writes", "as fail2ban's configuration says"),
  root: ROOT,
} satisfies OptionTable;

/** The command `doctor`. */
export const doctorSpec: Command<typeof DOCTOR_OPTIONS> = {
  name: "doctor",
  summary: "look for what keeps permaban from doing its work",
  operands: "[DUMP…]",
  operandKind: "file",
  arity: { least: 0, most: ANY },
  description: [
    "Looks at the configuration, the logs and how fail2ban writes them, what fail2ban's files make of " +
    "permaban's jail, the history, logrotate, the timer or cron, who can write to which file, and " +
    "whether the recipe is still in use. What needs doing is printed, a line each, with what to do; " +
    "so are, as notes, changes that an admin may have made on purpose. --verbose shows what is " +
    "well, too. Status 0 says that nothing needs doing, 1 that something does.",
    "It starts no program. So what is loaded into the firewall is only known from a dump: what " +
    "iptables-save, ip6tables-save, ipset save and nft -j list ruleset print, in files, or one after " +
    "the other on standard input (-). What no file can tell is printed as unknown, with the command " +
    "that tells.",
  ],
  options: DOCTOR_OPTIONS,
  examples: [
    { line: "permaban doctor", does: "is all well?" },
    { line: "permaban doctor --quiet", does: "from cron: only what needs doing" },
    {
      line: "{ iptables-save; ip6tables-save; } | permaban doctor -",
      does: "is the list loaded, too?",
    },
    { line: "nft -j list ruleset | permaban doctor -", does: "the same for nftables" },
  ],
  checksConfiguration: true,
  survivesConfiguration: true,
  load: async () => (await import("../doctor_command.ts")).doctor,
};
