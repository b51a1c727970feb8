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
  type Part,
  PARTS,
  type PlannedFile,
  type SetupOptions,
  USUAL_ALLOWLIST,
} from "./setup_options.ts";
import { systemdUnits } from "./systemd_units.ts";

const CONFIGURATION = "/etc/permaban/permaban.toml";

/**
 * Makes the files, what others need first.
 *
 * @param options What they are made of.
 */
export function plannedFiles(options: SetupOptions): PlannedFile[] {
  const { parts, blocklist } = options;
  const files: PlannedFile[] = [];
  if (parts.has("config")) {
    const path = CONFIGURATION;
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
export function possibleFiles({ state, blocklist }: OwnPlaces): PlannedFile[] {
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
    state,
    blocklist,
  });
}

/** The part that a file belongs to; `undefined` for those that are written always. */
export function partOf(path: string): Part | undefined {
  if (path.startsWith("/etc/fail2ban/")) return "fail2ban";
  if (path.startsWith("/etc/systemd/")) return "systemd";
  if (path.startsWith("/etc/cron.d/")) return "cron";
  return path === CONFIGURATION ? "config" : undefined;
}

/** The parts that some files belong to. */
export function partsOf(paths: readonly string[]): ReadonlySet<Part> {
  return new Set(paths.flatMap((path) => partOf(path) ?? []));
}
