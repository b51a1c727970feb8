/**
 * What is left to do for somebody who may start programs.
 *
 * @module
 */

import { FIREWALL_SCRIPT, type Part, type SetupOptions } from "./setup_options.ts";
import { scanCommand } from "./scan_command_line.ts";

/** Units that somebody has to enable. */
const UNITS = "permaban-restore.service permaban.timer";

/**
 * The commands that put what was installed to work, in their order.
 *
 * @param options What was installed.
 * @param image The folder that stands for `/`, where that is not the machine itself.
 */
export function commandsAfterInstall(options: SetupOptions, image: string | undefined): string[] {
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
  return commands;
}

/**
 * The commands that stop what was uninstalled, in their order.
 *
 * @param parts What was there.
 * @param image The folder that stands for `/`, where that is not the machine itself.
 */
export function commandsAfterUninstall(
  parts: ReadonlySet<Part>,
  image: string | undefined,
): string[] {
  const systemctl = image === undefined ? "systemctl" : `systemctl --root=${image}`;
  const commands: string[] = [];
  if (parts.has("systemd")) {
    commands.push(`${systemctl} disable ${image === undefined ? "--now " : ""}${UNITS}`);
    if (image === undefined) commands.push("systemctl daemon-reload");
  }
  if (parts.has("fail2ban") && image === undefined) commands.push("fail2ban-client reload");
  return commands;
}
