/**
 * What `permaban import` takes and says of itself.
 *
 * @module
 */

import type { Command } from "../command.ts";
import { choice, flag, forOneRun, jails, type OptionTable, text } from "../option.ts";
import { ALLOW_WIDE, ANY } from "./shared_spec.ts";

/** Options of `import`. */
export const IMPORT_OPTIONS = {
  format: forOneRun(
    choice(
      "FORMAT",
      ["auto", "plain", "fail2ban", "crowdsec", "csv", "json"],
      "what the files are",
    ),
  ),
  column: forOneRun(text("NAME", "the column with the addresses in a CSV file")),
  origin: forOneRun(
    text(
      "NAME",
      "where the entries come from (default: crowdsec, fail2ban, or the name of the file without " +
        "folder and extension)",
    ),
  ),
  "replace-origin": forOneRun(
    text(
      "NAME",
      "remove the entries of this origin that the files no longer have, and add new ones to it",
    ),
  ),
  jail: forOneRun(jails("the jail of entries of which no other is known")),
  "dry-run": forOneRun(flag("change nothing and print what would be added (+) and removed (-)")),
  "allow-wide": ALLOW_WIDE,
} satisfies OptionTable;

/** The command `import`. */
export const importSpec: Command<typeof IMPORT_OPTIONS> = {
  name: "import",
  summary: "put other lists on the blocklist",
  operands: "FILE…",
  arity: { least: 1, most: ANY },
  operandKind: "file",
  description: [
    "Adds what other lists hold to the blocklist, with what they say of it, and notes where it comes " +
    "from. What a listed network covers already is not added.",
    "A FILE is a list of addresses, networks and ranges, such as that of the well-known recipe, a " +
    "netset or a P2P list; what fail2ban-client prints for banned, status JAIL, or get JAIL banip " +
    "--with-time; what cscli decisions list prints with -o json or -o raw; a CSV file with a header; " +
    "JSON with an address in each object; or what permaban list prints in any format. It may be " +
    "gzip or zstd; - is standard input.",
    "--replace-origin keeps a feed up to date: the entries that came from it before are those it " +
    "has now, all in one replacement of the file. Other entries stay as they are. If a file cannot " +
    "be read whole, has no address or is mostly something else, nothing is changed.",
  ],
  options: IMPORT_OPTIONS,
  examples: [
    {
      line: "permaban import /etc/fail2ban/ip.blocklist.repeatoffender",
      does: "take over the list of the recipe",
    },
    { line: "fail2ban-client banned | permaban import -", does: "keep who is banned now" },
    {
      line: "permaban import --replace-origin drop /var/lib/feeds/drop.txt",
      does: "for cron: bring the entries of a feed up to date",
    },
    {
      line: "permaban import --column dst_ip --dry-run abuse.csv",
      does: "see what would be done",
    },
  ],
  load: async () => (await import("../import_command.ts")).importLists,
};
