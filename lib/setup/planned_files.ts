/**
 * All files that install writes.
 *
 * @module
 */

import { cronFile } from "./cron_file.ts";
import { EXAMPLE_CONFIGURATION } from "./example_configuration.ts";
import { fail2banFiles } from "./fail2ban_files.ts";
import { firewallScript } from "./firewall_script.ts";
import type { OwnPlaces } from "./install_record.ts";
import {
  FIREWALL_SCRIPT,
  PARTS,
  type PlannedFile,
  type SetupOptions,
  USUAL_ALLOWLIST,
} from "./setup_options.ts";
import { systemdUnits } from "./systemd_units.ts";

/**
 * Makes the files, what others need first.
 *
 * @param options What they are made of.
 */
export function plannedFiles(options: SetupOptions): PlannedFile[] {
  const { parts, blocklist } = options;
  const files: PlannedFile[] = [];
  if (parts.has("config")) {
    const path = "/etc/permaban/permaban.toml";
    files.push({ path, mode: 0o644, text: EXAMPLE_CONFIGURATION, isSeed: true });
  }
  // A load fails where there is no list: that nobody is blocked must not go unnoticed.
  files.push({ path: blocklist, mode: 0o600, text: "", isSeed: true });
  files.push({ path: FIREWALL_SCRIPT, mode: 0o755, text: firewallScript(options) });
  if (parts.has("systemd")) files.push(...systemdUnits(options));
  if (parts.has("cron")) files.push(cronFile(options));
  // Last of all: from here on fail2ban would use what it finds.
  if (parts.has("fail2ban")) files.push(...fail2banFiles(options));
  return files;
}

/** All files that install may ever have written, whatever is in them. */
export function possibleFiles(places: OwnPlaces): PlannedFile[] {
  return plannedFiles({
    parts: new Set(PARTS),
    format: "iptables",
    hooks: [],
    target: "drop",
    onStop: "keep",
    program: "/",
    log: "/",
    purgeSection: "DEFAULT",
    allowlist: USUAL_ALLOWLIST,
    ...places,
  });
}
