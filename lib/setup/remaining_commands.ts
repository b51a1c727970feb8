/**
 * What is left to do for somebody who may start programs.
 *
 * @module
 */

import type { InstalledScript } from "./installed_script.ts";
import {
  FIREWALL_SCRIPT,
  type FirewallFormat,
  type Part,
  type SetupOptions,
} from "./setup_options.ts";
import { scanCommand } from "./scan_command_line.ts";

/** Units that somebody has to enable. */
const UNITS = "permaban-restore.service permaban.timer";

/**
 * Makes of a dump a batch that takes out the jumps, empties permaban's chains and removes them, in one
 * transaction. Of others' rules nothing is in it: what fail2ban bans meanwhile stays.
 */
const TAKE_OUT = String
  .raw`sed -nE '/^\*/p; s/^-A (.* -[jg] permaban)$/-D \1/p; ` +
  String.raw`/^:permaban(\.\.[0-9a-z]+)? /{s/ .*/ - [0:0]/p; s/:([^ ]*).*/-X \1/; H;}; ` +
  `/^COMMIT/{x; G; p;}'`;
const CHAINS = ["iptables", "ip6tables"].map((family) =>
  `${family}-save -t filter | ${TAKE_OUT} | ${family}-restore -w --noflush`
);
/** What can be in the firewall, and the commands that take it out, each whole at once. */
export const TAKING_OUT = {
  chains: CHAINS,
  sets: ["ipset destroy permaban-4", "ipset destroy permaban-6"],
  table: ["nft delete table inet permaban"],
} as const;

/** What each format loads, in the order in which it can be taken out. */
const LOADED: Readonly<Record<FirewallFormat, readonly (keyof typeof TAKING_OUT)[]>> = {
  iptables: ["chains"],
  ipset: ["chains", "sets"],
  nft: ["table"],
};

/**
 * What a format loads that another one does not replace.
 *
 * @param format How it was loaded.
 * @param next How it is loaded from now on; this has been done then. Absent where it is not.
 */
export function leftBy(
  format: FirewallFormat,
  next?: FirewallFormat,
): readonly (keyof typeof TAKING_OUT)[] {
  const replaced = next === undefined ? [] : LOADED[next];
  return LOADED[format].filter((part) => !replaced.includes(part));
}

/** The commands that take that out of the firewall, in their order. */
export function commandsToUnload(format: FirewallFormat, next?: FirewallFormat): readonly string[] {
  return leftBy(format, next).flatMap((part) => TAKING_OUT[part]);
}

/** What of an install decides which commands remain. */
export interface InstalledThing {
  /** What was installed. */
  readonly options: SetupOptions;
  /** The folder that stands for `/`, where that is not the machine itself. */
  readonly image: string | undefined;
  /** The script that was replaced by another one, if there was one. */
  readonly before: InstalledScript | undefined;
  /** The parts that were taken back. */
  readonly takenBack: ReadonlySet<Part>;
}

/**
 * The commands that put what was installed to work, in their order.
 *
 * @param installed What was installed.
 */
export function commandsAfterInstall(
  { options, image, before, takenBack }: InstalledThing,
): string[] {
  const { parts } = options;
  const stop = takenBack.has("systemd") ? commandsToStop(image) : [];
  if (image !== undefined) {
    return parts.has("systemd") ? [`systemctl --root=${image} enable ${UNITS}`] : stop;
  }
  // The list is filled from all logs before fail2ban's jail begins to look at the newest.
  const commands = [...stop, scanCommand(options).replace(" --wait --quiet", "")];
  if (parts.has("systemd")) {
    commands.push("systemctl daemon-reload", `systemctl enable --now ${UNITS}`);
  }
  // Units that run already load nothing when they are enabled.
  if (!parts.has("systemd") || before !== undefined) commands.push(`${FIREWALL_SCRIPT} load`);
  if (before !== undefined) {
    commands.push(...commandsToUnload(before.format, options.format));
    commands.push(...commandsToUnhook(before, options));
  }
  if (parts.has("fail2ban")) commands.push("fail2ban-client -t", "fail2ban-client reload");
  return commands;
}

/** The commands that take out jumps from chains that are no hooks any more. */
function commandsToUnhook(before: InstalledScript, now: SetupOptions): string[] {
  // All that nft has loaded goes with its table, and with the next load.
  if (before.format === "nft" || now.format === "nft") return [];
  const lost = before.hooks.filter((hook) => !now.hooks.includes(hook));
  return lost.flatMap((hook) =>
    ["iptables", "ip6tables"].map((family) => `${family} -w -D ${hook} -j permaban`)
  );
}

/**
 * The commands that stop what systemd does, whose units are gone, and the links to them too. In this
 * order: a timer that is not there any more after a reload has failed.
 */
function commandsToStop(image: string | undefined): string[] {
  return image === undefined ? [`systemctl stop ${UNITS}`, "systemctl daemon-reload"] : [];
}

/**
 * The commands that undo what was uninstalled, in their order: first of all those that block nobody
 * any more, because the script that would have done it is gone.
 *
 * @param parts What was there.
 * @param format How the list was loaded, if it was.
 * @param image The folder that stands for `/`, where that is not the machine itself.
 */
export function commandsAfterUninstall(
  parts: ReadonlySet<Part>,
  format: FirewallFormat | undefined,
  image: string | undefined,
): string[] {
  const isLoaded = format !== undefined && image === undefined;
  const commands = isLoaded ? [...commandsToUnload(format)] : [];
  if (parts.has("systemd")) commands.push(...commandsToStop(image));
  if (parts.has("fail2ban") && image === undefined) commands.push("fail2ban-client reload");
  return commands;
}
