/**
 * Whether what install wrote is there, and can do its work.
 *
 * @module
 */

import { basename } from "@std/path/posix";
import { FileError } from "../file/file_error.ts";
import { type Finding, findingsAbout } from "./finding.ts";
import { type InstallRecord, printOf, RECORD_PATH } from "./install_record.ts";
import type { InstalledScript } from "./installed_script.ts";
import type { RootFolder } from "./root_folder.ts";
import { FIREWALL_SCRIPT } from "./setup_options.ts";
import { findProgram } from "./survey.ts";

const { ok, wrong, note } = findingsAbout("files");

/** Programs that other formats do without. */
const LOADER = /^(?:ip6?tables-|ipset$|nft$)/;

/**
 * Looks at what was installed.
 *
 * @param record What was written.
 * @param script The script that loads the list, if there is one.
 * @param root The machine.
 */
export function checkInstalled(
  record: InstallRecord,
  script: InstalledScript | undefined,
  root: RootFolder,
): Finding[] {
  const written = Object.entries(record.files).filter((file) => !isSeed(file));
  const missing = written.map(([path]) => path).filter((path) => !root.has(path));
  const findings = missing.map((path) => {
    return wrong(`${path} was installed and is not there any more`, "run: permaban install");
  });
  findings.push(...written.flatMap(([path, prints]) => checkFile(path, prints, root)));
  if (root.has("/run/permaban/flushed")) {
    findings.push(wrong(
      `"${FIREWALL_SCRIPT} flush" was called, and nobody is blocked since then`,
      `run: ${FIREWALL_SCRIPT} load`,
    ));
  }
  if (script && !record.places) {
    findings.push(note(
      `There is no ${RECORD_PATH}, so install does not know what it wrote`,
      "run it again with the options that it was given: permaban install",
    ));
  }
  if (script) findings.push(...checkMode(FIREWALL_SCRIPT, root), ...checkPrograms(script, root));
  if (findings.length > 0 || (!script && missing.length === written.length)) {
    return findings;
  }
  return [ok("What was installed is there, and what it calls")];
}

function checkFile(path: string, prints: readonly string[], root: RootFolder): Finding[] {
  if (root.hasFolder(path)) return [];
  const link = root.linkAt(path);
  if (link !== undefined) return [checkLink(path, link)];
  try {
    return checkText(path, root.read(path), prints, root);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return [wrong(`Cannot use ${path}: ${error.message}`, error.hint ?? "move it away")];
  }
}

/** Whether a file is the admin's: the configuration, or a blocklist, which begins empty. */
function isSeed([path, prints]: readonly [string, readonly string[]]): boolean {
  return path === "/etc/permaban/permaban.toml" || prints.includes(printOf(""));
}

/** A link that systemd takes for "never", or one of the admin's. */
function checkLink(path: string, link: string): Finding {
  const name = basename(path);
  return link === "/dev/null"
    ? wrong(
      `${name} is masked: systemd does not start it`,
      `systemctl unmask ${name}, then: permaban install`,
    )
    : note(
      `${path} is a symbolic link to ${link}, and install does not touch what it leads to`,
      "make it a file for install to keep it up to date",
    );
}

/** Only root may edit them, so what was edited is told, and not taken for wrong. */
function checkText(
  path: string,
  text: string | undefined,
  prints: readonly string[],
  root: RootFolder,
): Finding[] {
  if (path.startsWith("/etc/cron.d/") && text && !text.endsWith("\n")) {
    return [wrong(
      `${path} has no newline at its end, and cron ignores such a file`,
      `echo >>${path}`,
    )];
  }
  const { mode = 0 } = root.standing(path) ?? {};
  if (path.startsWith("/etc/cron.d/") && (mode & 0o111) !== 0) {
    return [wrong(`${path} is executable, and cron may ignore such a file`, `chmod 644 ${path}`)];
  }
  if (text === undefined || prints.includes(printOf(text))) return [];
  return [note(
    `${path} was changed by hand`,
    "permaban install --dry-run shows the difference, --force takes it back",
  )];
}

/** What fail2ban, systemd and cron call must be a program. */
function checkMode(path: string, root: RootFolder): Finding[] {
  const { mode = 0o100 } = root.standing(path) ?? {};
  if ((mode & 0o100) !== 0) return [];
  const bits = mode.toString(8).padStart(4, "0");
  return [wrong(`${path} cannot be run: its mode is ${bits}`, `chmod 755 ${path}`)];
}

function checkPrograms(script: InstalledScript, root: RootFolder): Finding[] {
  const { program, calls, callsForIpv6 } = script;
  const findings = checkMode(program, root);
  if (!root.has(program)) {
    findings.push(wrong(
      `${FIREWALL_SCRIPT} calls ${program}, which is not there`,
      "put it there, or run the installer from where it is: permaban install --program FILE",
    ));
  }
  // A load that did not ask for IPv6 has found none. What the kernel says is out of reach.
  const hasIpv6 = !root.has("/run/permaban/iptables.live") ||
    root.has("/run/permaban/ip6tables.live");
  const wanted = [...calls, ...(hasIpv6 ? callsForIpv6 : [])];
  for (const name of wanted.filter((name) => !findProgram(name, root))) {
    findings.push(wrong(
      `${FIREWALL_SCRIPT} calls ${name}, which is not installed`,
      LOADER.test(name)
        ? "install it, or load the list otherwise: permaban install --format FORMAT"
        : "install it",
    ));
  }
  return findings;
}
