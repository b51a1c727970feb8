/**
 * What `permaban install` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { choice, file, flag, forOneRun, type OptionTable, texts } from "../option.ts";
import { ROOT } from "./shared_spec.ts";

/** Options of `install`. */
export const INSTALL_OPTIONS = {
  part: {
    ...texts(
      "PART",
      "what to set up: fail2ban, systemd, cron, config",
      "all that apply, cron where systemd does not run",
    ),
    choices: ["fail2ban", "systemd", "cron", "config"],
  },
  format: choice(
    "FORMAT",
    ["auto", "iptables", "ipset", "nft"],
    "what loads the list; auto is iptables where it is there, else nft",
  ),
  hook: texts(
    "CHAIN",
    "block what comes through this chain",
    "INPUT; for nft, see restore",
  ),
  target: choice("TARGET", ["drop", "reject"], "what happens to a packet"),
  "on-stop": choice("WHAT", ["keep", "flush"], "what becomes of the rules when fail2ban stops"),
  log: file("the log that fail2ban writes", "as fail2ban's configuration says"),
  program: file("the executable", "permaban where the system looks for programs"),
  force: forOneRun(flag("replace files that were edited by hand; they are kept aside")),
  "dry-run": forOneRun(flag("print what would change as a diff, and change nothing")),
  root: ROOT,
} satisfies OptionTable;

/** The command `install`. */
export const installSpec: Command<typeof INSTALL_OPTIONS> = {
  name: "install",
  summary: "write the files for fail2ban, systemd or cron",
  operands: "",
  arity: { least: 0, most: 0 },
  description: [
    "Writes a jail, a filter and an action for fail2ban, units for systemd or a file for cron, a " +
    "configuration to begin with, and a script that loads the list, which the others call. It " +
    "starts nothing, and says which commands remain to be run.",
    "It can be run again at any time: options given before hold until they are given anew, or taken " +
    "back with --no-NAME. A part that is named later comes to those that are there, but of cron and " +
    "systemd, unless both are named, it takes the place of the other one, whose files are taken back. " +
    "A file that was edited by hand is left alone unless --force is " +
    "given; what is replaced is kept beside it with ~ at the end of its name. Where the well-known " +
    "recipe is in use, its list is taken over, and how to switch it off is said.",
  ],
  options: INSTALL_OPTIONS,
  files: [
    {
      path: "/etc/permaban/firewall",
      holds: "the script of install that loads the list into the firewall",
    },
    { path: "/etc/permaban/installed", holds: "what install wrote, for uninstall" },
  ],
  examples: [
    { line: "permaban install --dry-run", does: "see what would be written" },
    { line: "permaban install", does: "write it" },
    { line: "permaban install --hook INPUT --hook DOCKER-USER", does: "containers too" },
    { line: "permaban install --part cron --part config", does: "leave fail2ban as it is" },
  ],
  load: async () => (await import("../install_command.ts")).install,
};
