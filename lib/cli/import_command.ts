/**
 * `permaban import`.
 *
 * @module
 */

import { basename } from "@std/path/posix";
import { type Blocklist, notesOf } from "../blocklist/blocklist.ts";
import { formatSince, type Note, oneLine } from "../blocklist/note.ts";
import type { ForeignFormat } from "../blocklist/read_foreign_list.ts";
import { firstEquals } from "../ip/first_equals.ts";
import { NetworkList } from "../ip/network_list.ts";
import { STDIN } from "../log/log_file.ts";
import { addAll, withNotes } from "./add_command.ts";
import { blocklistPath, type Invocation, type Run } from "./command.ts";
import { EXIT } from "./exit_status.ts";
import { Failure, usageError } from "./failure.ts";
import { type Guard, guardNow } from "./guard.ts";
import { reportImport, sayFaults } from "./import_report.ts";
import { sayProblems } from "./list_file.ts";
import type { Asked } from "./read_addresses.ts";
import { readAllowlist } from "./read_allowlist.ts";
import { type ReadList, readOtherList } from "./read_lists.ts";
import type { IMPORT_OPTIONS } from "./spec/import_spec.ts";

/** Puts other lists on the blocklist. */
export const importLists: Run<typeof IMPORT_OPTIONS> = async (invocation) => {
  const { values, operands, host, messages } = invocation;
  checkOptions(values);
  const { "replace-origin": replaced, "allow-wide": allowWide, "dry-run": isDryRun } = values;
  const options = {
    format: values.format === "auto" ? undefined : values.format,
    column: values.column,
    zone: host.zone,
  };
  const reads: ReadList[] = [];
  for (const path of operands) {
    const read = await readOtherList(path, options, host);
    sayFaults(read, messages);
    reads.push(read);
  }
  // Before anything is changed: without it nothing is.
  const allowed = readAllowlist(values, host.now(), messages);
  const guard = guardNow(invocation);
  if (replaced !== undefined) checkReplacement(reads, replaced, allowWide, guard);
  if (reads.every(({ found }) => !found)) return EXIT.failed;
  const asked = askedFor(reads, invocation);
  const path = blocklistPath(values);
  let removed = new NetworkList();
  const gone = (list: Blocklist) => {
    const indexes = replaced === undefined ? [] : outdated(list, replaced, asked.networks);
    removed = new NetworkList();
    for (const index of indexes) removed.pushFrom(list.networks, index);
    return indexes;
  };
  const how = {
    force: false,
    allowWide,
    create: false,
    now: host.now(),
    isDryRun,
    gone,
    guard: () => guardNow(invocation),
    by: invocation,
  };
  const { sorted, list } = await addAll(path, asked, how);
  const hasProblems = sayProblems(path, list, messages);
  const isPartial = await reportImport({ reads, asked, sorted, removed }, invocation);
  return isPartial || allowed.isPartial || hasProblems ? EXIT.partly : EXIT.done;
};

function checkOptions(values: Invocation<typeof IMPORT_OPTIONS>["values"]): void {
  for (const name of ["origin", "replace-origin"] as const) {
    const text = values[name];
    if (text !== undefined && (text === "" || text !== oneLine(text))) {
      throw usageError(`Option --${name} takes one line of text without control characters`);
    }
  }
  if (values.origin !== undefined && values["replace-origin"] !== undefined) {
    throw usageError("Option --replace-origin names the origin already: leave --origin out");
  }
  if (values.column !== undefined && values.format !== "auto" && values.format !== "csv") {
    throw usageError("Option --column goes with --format csv only");
  }
}

/**
 * Makes sure that what is to replace other entries is a list at all, so that a download that failed
 * does not empty the blocklist.
 *
 * @throws {Failure} If it is none.
 */
function checkReplacement(
  reads: readonly ReadList[],
  origin: string,
  allowWide: boolean,
  guard: Guard,
): void {
  for (const { name, found, fault } of reads) {
    const wrong = fault || !found
      ? "could not be read whole"
      : !hasNetwork(found.list.networks, allowWide, guard)
      ? "holds no address that may be blocked"
      : found.list.faultCount > found.list.networks.length
      ? "is mostly something else than addresses"
      : undefined;
    if (wrong === undefined) continue;
    throw new Failure(
      `Cannot replace the entries of origin "${origin}": "${name}" ${wrong}`,
      "nothing was changed; fetch the file again",
    );
  }
}

/** Whether a list has a network that may be added. */
function hasNetwork(networks: NetworkList, allowWide: boolean, guard: Guard): boolean {
  for (let index = 0; index < networks.length; index++) {
    const isWide = !allowWide && networks.isWideAt(index);
    if (!isWide && !guard.refusalOf(networks, index)) return true;
  }
  return false;
}

/** All networks that were read, each with what is known about it. */
function askedFor(
  reads: readonly ReadList[],
  { values, host }: Invocation<typeof IMPORT_OPTIONS>,
): Asked {
  const forced = values.origin ?? values["replace-origin"];
  const since = formatSince(host.now());
  const above: Note = forced === undefined ? {} : { origin: forced };
  const jails = values.jail.length === 0
    ? {}
    : { jails: new Map(values.jail.map((jail) => [jail, 0])) };
  const parts = reads.flatMap(({ path, found }) => {
    if (!found) return [];
    const origin = originOf(path, found.format);
    const below = { since, ...jails, ...(origin === undefined ? {} : { origin }) };
    return [withNotes(found.list, below, above)];
  });
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const networks = new NetworkList();
  const starts = parts.map((part) => {
    networks.pushAll(part.networks);
    return networks.length - part.networks.length;
  });
  const noteAt = (index: number) => {
    const at = starts.findLastIndex((start) => start <= index);
    return parts[at]?.noteAt(index - (starts[at] ?? 0)) ?? {};
  };
  return { networks, noteAt };
}

/** Where entries come from if nobody says it; nothing is known of standard input. */
function originOf(path: string, format: ForeignFormat): string | undefined {
  if (format === "fail2ban" || format === "crowdsec") return format;
  if (path === STDIN) return undefined;
  const name = basename(path).replace(/\.(?:gz|zst)$/, "");
  // What is longer than six letters is no extension: "ip.blocklist.repeatoffender".
  return oneLine(name.replace(/(?<=.)\.[a-z0-9]{1,6}$/i, ""));
}

/** The entries of an origin that are not among the networks it has now. */
function outdated(list: Blocklist, origin: string, networks: NetworkList): number[] {
  const indexes: number[] = [];
  const all = new NetworkList();
  all.pushAll(networks);
  let index = 0;
  for (const note of notesOf(list)) {
    if (note.origin === origin) {
      indexes.push(index);
      all.pushFrom(list.networks, index);
    }
    index++;
  }
  const firsts = firstEquals(all);
  return indexes.filter((_, at) => (firsts[networks.length + at] ?? 0) >= networks.length);
}
