import { PARTS, type SetupOptions } from "../../lib/setup/setup_options.ts";

/** Options of an install with everything in it. */
export const OPTIONS: SetupOptions = {
  parts: new Set(PARTS),
  format: "iptables",
  hooks: ["INPUT"],
  target: "drop",
  onStop: "keep",
  program: "/usr/local/bin/permaban",
  state: "/var/lib/permaban",
  blocklist: "/var/lib/permaban/blocklist",
  allowlist: "/etc/permaban/allowlist",
  log: "/var/log/fail2ban.log",
  purgeSection: "DEFAULT",
};
