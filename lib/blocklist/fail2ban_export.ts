/**
 * What `fail2ban-client` prints of bans.
 *
 * @module
 */

import { ForeignEntries, type ForeignList } from "./foreign_list.ts";
import { parsePython } from "./parse_python.ts";

/** `get JAIL banip --with-time`: address, when it was banned, for how long (-1 for good), until when. */
const WITH_TIME =
  /^(?<address>\S+) \t(?<day>\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d \+ -?\d+ = \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const STATUS = /^Status for the jail: (?<jail>.+)$/;
/** The list in `status JAIL`; other lines of its tree begin likewise. */
const BANNED = /^ {3}`- Banned IP list:\t(?<addresses>.*)$/;
const TREE = /^(?:Status$|[ |]*[|`]- )/;

/** Whether a line is one that `fail2ban-client` prints for `status` or `banip --with-time`. */
export function isFail2banLine(line: string): boolean {
  return WITH_TIME.test(line) || STATUS.test(line) || line === "Status";
}

/**
 * Reads what `fail2ban-client` prints for `banned`, `status JAIL` (of several jails one after the
 * other) and `get JAIL banip --with-time`.
 *
 * @param text The text.
 */
export function readFail2banExport(text: string): ForeignList {
  const entries = new ForeignEntries();
  if (/^\s*\[/.test(text)) readBanned(text, entries);
  else readLines(text, entries);
  return entries;
}

/** `[{'sshd': ['192.0.2.1', '192.0.2.2']}, {'postfix': []}]`, as Python prints it. */
function readBanned(text: string, entries: ForeignEntries): void {
  let jails: unknown;
  try {
    jails = parsePython(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return entries.fault(error.message, 1);
  }
  for (const item of [jails].flat()) {
    if (!(item instanceof Map)) {
      entries.fault(
        'Expected jails and their addresses, as "fail2ban-client banned" prints them',
        1,
      );
      continue;
    }
    for (const [jail, addresses] of item) {
      const note = { jails: new Map([[String(jail), 0]]) };
      for (const address of [addresses].flat()) entries.read(String(address), note, 1);
    }
  }
}

function readLines(text: string, entries: ForeignEntries): void {
  let jails: ReadonlyMap<string, number> | undefined;
  let number = 0;
  for (const line of text.split(/\r?\n/)) {
    number++;
    const { jail, address, day, addresses } =
      (STATUS.exec(line) ?? WITH_TIME.exec(line) ?? BANNED.exec(line))?.groups ?? {};
    if (jail !== undefined) jails = new Map([[jail, 0]]);
    else if (address !== undefined) entries.read(address, { first: day, last: day }, number);
    else if (addresses !== undefined) {
      const note = { jails };
      for (const address of addresses.split(" ")) {
        if (address !== "") entries.read(address, note, number);
      }
    } else if (line.trim() !== "" && !TREE.test(line)) {
      entries.fault("Expected a line as fail2ban-client prints it", number);
    }
  }
}
