/**
 * A file for cron, where there is no systemd.
 *
 * @module
 */

import { scanCommand } from "./scan_command_line.ts";
import { FIREWALL_SCRIPT, type PlannedFile, type SetupOptions } from "./setup_options.ts";

/** Makes the file for cron. */
export function cronFile(options: SetupOptions): PlannedFile {
  return {
    path: "/etc/cron.d/permaban",
    mode: 0o644,
    text: `# Reads fail2ban's logs and blocks repeat offenders. Written by "permaban install".
# Nothing is printed, and so mailed, unless something is wrong.
SHELL=/bin/sh
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
@reboot root ${FIREWALL_SCRIPT} load
*/5 * * * * root ${scanCommand(options)}; ${FIREWALL_SCRIPT} refresh
`,
  };
}
