/**
 * Whether the logs are read, and the list is loaded, without anybody doing so.
 *
 * @module
 */

import { FIREWALL_SCRIPT } from "./setup_options.ts";
import { type Finding, findingsAbout, inWords } from "./finding.ts";
import type { InstallRecord } from "./install_record.ts";
import type { RootFolder } from "./root_folder.ts";
import { isUnitEnabled, isUnitMasked, type Schedule, UNIT_FOLDERS } from "./schedule.ts";
import { findProgram, USUAL_LOG } from "./survey.ts";

const { ok, wrong, note } = findingsAbout("schedule");

/**
 * Looks at what reads the logs.
 *
 * @param schedules What does.
 * @param log The log that fail2ban writes.
 * @param root The machine.
 * @param record What install wrote.
 */
export function checkSchedules(
  schedules: readonly Schedule[],
  log: string | undefined,
  root: RootFolder,
  record: InstallRecord,
): Finding[] {
  if (schedules.length === 0) {
    return [wrong("Nothing reads the logs again and again", installOf(root, record))];
  }
  const findings = schedules.flatMap((schedule) => checkSchedule(schedule, log, root));
  // One that works is enough.
  const working = schedules.filter(({ isEnabled }) => isEnabled);
  if (working.length === 0) return findings;
  return findings.filter(({ wayOut }) => !wayOut?.startsWith("systemctl enable"));
}

function checkSchedule(
  { place, command, gap, isEnabled, isMasked }: Schedule,
  log: string | undefined,
  root: RootFolder,
): Finding[] {
  // It is said where install's files are looked at.
  if (isMasked) return [];
  const findings: Finding[] = [];
  if (!isEnabled) {
    findings.push(wrong(`${place} is there and not enabled`, `systemctl enable --now ${place}`));
  } else if (place.startsWith("/") && !findProgram("cron", root) && !findProgram("crond", root)) {
    findings.push(wrong(`${place} is for cron, which is not installed`, "install cron"));
  } else {
    const often = gap === Infinity ? "" : ` every ${inWords(gap)}`;
    findings.push(
      gap > RARELY && gap < Infinity
        ? note(
          `${place} reads the logs only${often}`,
          "if that is not meant, make it run more often",
        )
        : ok(`${place} reads the logs${often}`),
    );
  }
  // Named by install in this way, and only where it is not the usual one.
  const read = /'(\/[^']*)\*'/.exec(command)?.[1] ??
    (/ --state \S+(?: --(?:block|allow)list \S+)*(?:;|$)/.test(command) ? USUAL_LOG : undefined);
  if (log !== undefined && read !== undefined && read !== log) {
    findings.push(wrong(
      `${place} reads ${read}, and fail2ban logs to ${log}`,
      "run: permaban install",
    ));
  }
  return findings;
}

/** Once a month is rare, and plain. Seconds. */
const RARELY = 31 * 86_400;

/** What was changed by hand is left alone by it, which it says. */
const INSTALL = "run: permaban install (--force takes back what was changed by hand)";

/** Install keeps to the parts that it was told. */
function installOf(root: RootFolder, { options }: InstallRecord): string {
  const told = options["part"] ?? [];
  if (told.length === 0 || ["systemd", "cron"].some((part) => told.includes(part))) return INSTALL;
  const systemd = root.isMachine ? "/run/systemd/system" : "/etc/systemd/system";
  return `run: permaban install --part ${root.hasFolder(systemd) ? "systemd" : "cron"}`;
}

/** Files in which admins of machines without systemd load their rules. */
const BOOT_FILES = ["/etc/rc.local", "/etc/crontab", "/etc/cron.d/permaban"];
const BOOT_FOLDERS = ["/etc/network/if-pre-up.d", "/etc/local.d", "/etc/cron.d"];
/** Files of install's that do so. */
const BOOT_PARTS = ["/etc/cron.d/permaban", "/etc/systemd/system/permaban-restore.service"];
/** What loads the list. */
const LOADS = /permaban\/firewall\s+load|permaban["']?\s+restore/;

/**
 * Looks at what loads the list at boot.
 *
 * @param root The machine.
 * @param read Reads a file on it, `undefined` where there is none that could be read.
 * @param record What install wrote.
 */
export function checkBoot(
  root: RootFolder,
  read: (path: string) => string | undefined,
  record: InstallRecord,
): Finding[] {
  const units = UNIT_FOLDERS.flatMap((folder) =>
    root.names(folder).filter((name) => name.endsWith(".service")).filter((name) =>
      (folder === UNIT_FOLDERS[0] || name.startsWith("permaban")) &&
      LOADS.test(read(`${folder}/${name}`) ?? "")
    )
  );
  const enabled = units.find((name) => isUnitEnabled(name, root));
  if (enabled !== undefined) return [ok(`${enabled} loads the list at boot`)];
  const files = [
    ...BOOT_FILES,
    ...BOOT_FOLDERS.flatMap((folder) => root.names(folder).map((name) => `${folder}/${name}`)),
  ];
  const file = files.find((path) =>
    (read(path) ?? "").split("\n").some((line) =>
      !line.trim().startsWith("#") && LOADS.test(line) &&
      (!path.startsWith("/etc/cron") || line.startsWith("@reboot"))
    )
  );
  if (file !== undefined) return [ok(`${file} loads the list at boot`)];
  // Said where install's files are looked at.
  if (isUnitMasked("permaban-restore.service", root)) return [];
  const [unit] = units;
  if (unit !== undefined) {
    return [wrong(`${unit} is there and not enabled`, `systemctl enable ${unit}`)];
  }
  return [wrong(
    "Nothing loads the list at boot: nobody is blocked after one",
    // Only with one of these install has it loaded.
    root.has(FIREWALL_SCRIPT) && !record.options["part"] &&
      !BOOT_PARTS.some((path) => path in record.files)
      ? `have ${FIREWALL_SCRIPT} load run at boot`
      : installOf(root, record),
  )];
}
