/**
 * What `permaban pardon` takes and says of itself.
 *
 * @module
 */

import { type Command, STATE_FOLDER } from "../command.ts";
import { flag, forOneRun, type OptionTable, text } from "../option.ts";
import { ALLOW_WIDE, ANY } from "./shared_spec.ts";

/** Options of `pardon`. */
export const PARDON_OPTIONS = {
  comment: forOneRun(text("TEXT", "with add: a remark to keep with the pardon")),
  "allow-wide": forOneRun(ALLOW_WIDE),
  long: forOneRun(flag("with list: since when each holds, and its comment")),
} satisfies OptionTable;

/** The command `pardon`. */
export const pardonSpec: Command<typeof PARDON_OPTIONS> = {
  name: "pardon",
  summary: "let earlier bans of an address count no more",
  operands: "[list|add|remove] [ADDRESS…]",
  arity: { least: 0, most: ANY },
  verbs: {
    list: "print the pardons",
    add: "pardon addresses, and all in a network",
    remove: "take exactly these pardons back",
  },
  description: [
    'Bans up to a pardon never count again, later ones do: the address begins anew. "permaban ' +
    'remove" pardons what it takes off the blocklist; this command does so without it.',
    '"pardon ADDRESS" or "pardon add ADDRESS" pardons addresses, and all in a network; "pardon remove ' +
    'ADDRESS" takes exactly these pardons back, "pardon list" prints them. - reads addresses from ' +
    "standard input, one a line.",
  ],
  options: PARDON_OPTIONS,
  files: [
    { path: `${STATE_FOLDER}/pardons`, holds: "the pardons: one network a line, and since when" },
  ],
  examples: [
    { line: "permaban pardon 192.0.2.7", does: "let it begin anew" },
    { line: "permaban pardon list --long", does: "who was pardoned, since when" },
    { line: "permaban pardon remove 192.0.2.7", does: "let all its bans count again" },
  ],
  load: async () => (await import("../pardon_command.ts")).pardon,
};
