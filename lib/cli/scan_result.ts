/**
 * What comes of a scan: offenders printed, or put on the blocklist.
 *
 * @module
 */

import { formatJails, formatSince, type Note } from "../blocklist/note.ts";
import { formatNetwork } from "../ip/network.ts";
import { formatLocalDay, formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import { ECHO_JAILS, type Offender, type Offenders, type TallyOptions } from "../offender/tally.ts";
import type { Exemptions } from "../offender/exemptions.ts";
import { type Additions, addToList, sayRefused } from "./add_command.ts";
import { aligned, tabbed } from "./columns.ts";
import { blocklistPath, type Invocation } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { describeRefusal, type Guard, guardNow, type Refusal } from "./guard.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import type { Host } from "./host.ts";
import { sayProblems } from "./list_file.ts";
import { count, type Messages } from "./messages.ts";
import { sayOffenders } from "./offender_note.ts";
import { readExemptions } from "./read_exemptions.ts";
import { type Extent, type Scanned, scanToJson } from "./scan_summary.ts";
import { writeResult } from "./write_result.ts";

/** Offenders printed at a time. */
const ROWS = 1000;

type Scan = Invocation<typeof SCAN_OPTIONS>;
type ScanValues = Scan["values"];

const COLUMNS = [
  { heading: "BANS", isNumber: true },
  { heading: "ADDRESS" },
  { heading: "FIRST" },
  { heading: "LAST" },
  { heading: "JAILS" },
];

/** What a scan was for: it prints offenders, or puts them on the blocklist and prints those added. */
export interface ScanResult extends Scanned {
  /** The offenders. */
  readonly offenders: Offenders;
  /** Whether part of the input could not be read. */
  readonly isPartial: boolean;
  /** What is remembered, where that is so. */
  readonly extent?: Extent;
}

/** What became of it. */
export interface ScanOutcome {
  /** How the run ends. */
  readonly status: ExitStatus;
  /** Whether nothing that concerns the blocklist went wrong. */
  readonly isListed: boolean;
}

/**
 * Does what a scan is for.
 *
 * @param result What was scanned.
 * @param invocation Options and host.
 * @param write Writes a piece of the result; to standard output unless told otherwise.
 */
export async function giveResult(
  result: ScanResult,
  invocation: Invocation<typeof SCAN_OPTIONS>,
  write?: (text: string) => Promise<void>,
): Promise<ScanOutcome> {
  const { values, host } = invocation;
  const { offenders } = result;
  sayOffenders(offenders.length, invocation);
  const update = values.update ? await addOffenders(offenders, invocation) : undefined;
  const shown = update?.added ?? offenders;
  const pieces = values.json
    ? scanToJson({ ...result, shown }, host.zone)
    : values.update && values.quiet
    ? []
    : toText(shown, host);
  for (const piece of pieces) {
    if (write) await write(piece);
    else if (values.update) await writeResult(host, piece);
    else await host.stdout.write(piece);
  }
  const isListed = update?.isPartial === false && !update.isLeftOut;
  const isPartial = result.isPartial || update?.isPartial;
  return { status: isPartial ? EXIT.partly : EXIT.done, isListed };
}

/**
 * Which bans count.
 *
 * @param values The options.
 * @param now The clock, in seconds since 1970.
 * @param exemptions Whose bans do not.
 * @throws {Failure} If the options contradict each other.
 */
export function tallyOptions(
  values: Pick<ScanValues, "within" | "jail" | "ignore-jail" | "count-restored" | "ipv6-prefix">,
  now: number,
  exemptions: Exemptions | undefined,
): TallyOptions {
  const jails = new Set(values.jail);
  const ignored = values["ignore-jail"];
  const both = ignored.find((jail) => jails.has(jail));
  if (both !== undefined) {
    throw usageError(`Options --jail and --ignore-jail both name "${both}"`);
  }
  return {
    since: now - values.within,
    jails,
    ignoredJails: new Set([...ignored, ...ECHO_JAILS.filter((jail) => !jails.has(jail))]),
    countRestored: values["count-restored"],
    ipv6Prefix: values["ipv6-prefix"],
    exemptions,
  };
}

async function addOffenders(offenders: Iterable<Offender>, invocation: Scan) {
  const { values, host, messages } = invocation;
  const path = blocklistPath(values);
  const since = formatSince(host.now());
  const all = [...offenders];
  const asked = all.map((offender) => ({
    network: offender.network,
    note: () => noteOn(offender, since, host.zone),
  }));
  const { additions, list } = await addToList(path, asked, {
    force: false,
    allowWide: values["allow-wide"],
    // An empty list is made too: from the first scan on, a missing file means that something is wrong.
    create: true,
    guard: () => guardOffenders(all, invocation),
  });
  const hasProblems = sayProblems(path, list, messages);
  const isWide = ({ why }: Refusal) => why === "wide";
  const isRefused = sayRefused(additions.refused.filter(isWide), messages);
  const leftOut = additions.refused.filter((refusal) => !isWide(refusal));
  sayLeftOut(leftOut, messages);
  sayAdded(additions, path, messages);
  const added = new Set(additions.added.map(({ network }) => network));
  return {
    added: all.filter(({ network }) => added.has(network)),
    isPartial: hasProblems || isRefused,
    isLeftOut: leftOut.length > 0,
  };
}

/** The guard of the list, which also knows who was pardoned while the logs were read. */
function guardOffenders(
  offenders: readonly Offender[],
  invocation: Scan,
): Pick<Guard, "refusalOf"> {
  const { values, host } = invocation;
  const guard = guardNow(invocation);
  const { exemptions } = readExemptions(values, host.now());
  return {
    refusalOf(list, index) {
      const offender = offenders[index];
      if (offender && exemptions && offender.last <= exemptions.untilOf(offender.network)) {
        return { network: offender.network, why: "pardoned" };
      }
      return guard.refusalOf(list, index);
    },
  };
}

/** An own address with many bans is no fault of the logs, but something is wrong all the same. */
function sayLeftOut(refused: readonly Refusal[], messages: Messages): void {
  for (const refusal of refused) {
    const { message } = describeRefusal(refusal);
    if (refusal.why !== "protected") messages.detail(message);
    else messages.warning(message, 'find out why it is banned, or "permaban allow add" it');
  }
}

function sayAdded({ added, covered }: Additions, path: string, messages: Messages): void {
  const known = covered.length > 0 ? `, ${count(covered.length, "offender")} listed already` : "";
  messages.note(`Added ${count(added.length, "entry", "entries")} to "${path}"${known}`);
}

function noteOn({ bans, first, last, jails }: Offender, since: string, zone: TimeZone): Note {
  return {
    since,
    bans,
    first: formatLocalDay(first, zone),
    last: formatLocalDay(last, zone),
    jails,
  };
}

function* toText(offenders: Iterable<Offender>, host: Host): Generator<string> {
  const print = host.stdout.isTerminal() ? (rows: string[][]) => aligned(COLUMNS, rows) : tabbed;
  const rows: string[][] = [];
  for (const { network, bans, first, last, jails } of offenders) {
    rows.push([
      String(bans),
      formatNetwork(network),
      formatLocalTime(first, host.zone),
      formatLocalTime(last, host.zone),
      formatJails(jails),
    ]);
    // Columns are as wide as the widest row of all.
    if (print === tabbed && rows.length === ROWS) yield print(rows.splice(0));
  }
  if (rows.length > 0) yield print(rows);
}
