/**
 * What is left to do for somebody who may start programs.
 *
 * @module
 */

import {
  FIREWALL_SCRIPT,
  type FirewallFormat,
  type Part,
  type SetupOptions,
} from "./setup_options.ts";
import { scanCommand } from "./scan_command_line.ts";

/** Units that somebody has to enable. */
const UNITS = "permaban-restore.service permaban.timer";

/** All rules of a table but those of permaban's chains and the jumps to them. */
const WITHOUT = "sed -E '/^(:|-A )permaban[. ]|-[jg] permaban( |$)/d'";
const CHAINS = ["iptables", "ip6tables"].map((family) =>
  `${family}-save -t filter | ${WITHOUT} | ${family}-restore -w`
);
const SETS = ["ipset destroy permaban-4", "ipset destroy permaban-6"];
/** The commands that take what a format loads out of the firewall, each whole at once. */
const UNLOADERS: Readonly<Record<FirewallFormat, readonly string[]>> = {
  iptables: CHAINS,
  ipset: [...CHAINS, ...SETS],
  nft: ["nft delete table inet permaban"],
};

/**
 * The commands that take out of the firewall what was loaded in one way, in their order.
 *
 * @param format How it was loaded.
 * @param next How it is loaded from now on; this has been done then. Absent where it is not.
 */
export function commandsToUnload(format: FirewallFormat, next?: FirewallFormat): readonly string[] {
  if (format === next) return [];
  // Both have the same chains, so a load replaces them.
  if (format !== "nft" && next !== undefined && next !== "nft") {
    return format === "ipset" ? SETS : [];
  }
  return UNLOADERS[format];
}

/**
 * The commands that put what was installed to work, in their order.
 *
 * @param options What was installed.
 * @param image The folder that stands for `/`, where that is not the machine itself.
 * @param before How the list was loaded till now, if it was.
 */
export function commandsAfterInstall(
  options: SetupOptions,
  image: string | undefined,
  before?: FirewallFormat,
): string[] {
  const { parts } = options;
  if (image !== undefined) {
    return parts.has("systemd") ? [`systemctl --root=${image} enable ${UNITS}`] : [];
  }
  // The list is filled from all logs before fail2ban's jail begins to look at the newest.
  const commands = [scanCommand(options).replace(" --wait --quiet", "")];
  if (parts.has("systemd")) {
    commands.push("systemctl daemon-reload", `systemctl enable --now ${UNITS}`);
  } else commands.push(`${FIREWALL_SCRIPT} load`);
  if (parts.has("fail2ban")) commands.push("fail2ban-client -t", "fail2ban-client reload");
  if (before === undefined || before === options.format) return commands;
  // Units that run already load nothing when they are enabled.
  const load = parts.has("systemd") ? [`${FIREWALL_SCRIPT} load`] : [];
  return [...commands, ...load, ...commandsToUnload(before, options.format)];
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
  const systemctl = image === undefined ? "systemctl" : `systemctl --root=${image}`;
  const isLoaded = format !== undefined && image === undefined;
  const commands = isLoaded ? [...commandsToUnload(format)] : [];
  if (parts.has("systemd")) {
    commands.push(`${systemctl} disable ${image === undefined ? "--now " : ""}${UNITS}`);
    if (image === undefined) commands.push("systemctl daemon-reload");
  }
  if (parts.has("fail2ban") && image === undefined) commands.push("fail2ban-client reload");
  return commands;
}
