/**
 * Whether the files that install wrote are those that it would write now, or those of another version.
 *
 * @module
 */

import { type Finding, findingsAbout } from "./finding.ts";
import { type InstallRecord, printOf } from "./install_record.ts";
import { recognizeInstall } from "./recognize_install.ts";
import type { RootFolder } from "./root_folder.ts";
import { FIREWALL_SCRIPT } from "./setup_options.ts";
import { USUAL_LOG } from "./survey.ts";

const { note } = findingsAbout("files");

/** Files that say what the others were made of: edited by hand, they say something else. */
const SAYING = [
  FIREWALL_SCRIPT,
  "/etc/fail2ban/jail.d/permaban.conf",
  "/etc/fail2ban/action.d/permaban.conf",
  "/etc/fail2ban/fail2ban.d/permaban.conf",
];

/**
 * Compares the files with those that this version makes of the same options.
 *
 * @param record What was written.
 * @param root The machine.
 */
export function checkVersion(record: InstallRecord, root: RootFolder): Finding[] {
  if (!record.places) return [];
  const textOf = (path: string) => root.readIfAble(path);
  const isAsWritten = (path: string) => {
    const text = textOf(path);
    return text === undefined || record.files[path]?.includes(printOf(text));
  };
  if (!SAYING.every(isAsWritten)) return [];
  const { files } = recognizeInstall(root, record.places);
  // What an install of another part was told of the log is not what the jail says.
  const logs = new Set(
    [...SAYING, ...Object.keys(files)].flatMap((path) => logIn(path, textOf(path) ?? "") ?? []),
  );
  if (logs.size > 1) return [];
  const old = Object.entries(files).filter(([path, prints]) =>
    isAsWritten(path) && prints.length > 0 && !prints.includes(printOf(textOf(path) ?? ""))
  );
  const [first, ...others] = old.map(([path]) => path);
  if (first === undefined) return [];
  const which = others.length === 0 ? first : `${first} and ${others.length} more`;
  return [note(`Written by an older permaban: ${which}`, "run: permaban install")];
}

/** The log that a file of install's has read, if it is one that does. */
function logIn(path: string, text: string): string | undefined {
  if (path.startsWith("/etc/fail2ban/jail.d/")) return /^logpath = (.*)$/m.exec(text)?.[1];
  if (!/ scan --incremental /.test(text)) return undefined;
  return /'(\/[^']*)\*'/.exec(text)?.[1] ?? USUAL_LOG;
}
