/**
 * What comes of a scan: offenders printed, or put on the blocklist.
 *
 * @module
 */

import { parseBlocklist } from "../blocklist/blocklist.ts";
import { formatJails } from "../blocklist/note.ts";
import { formatNetwork } from "../ip/network.ts";
import { formatLocalTime } from "../log/time_zone.ts";
import type { Offender, Offenders } from "../offender/offenders.ts";
import { type Choice, measuresOf } from "../offender/threshold.ts";
import { sayRefused } from "./add_command.ts";
import { aligned, tabbed } from "./columns.ts";
import { blocklistPath, type Invocation } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { describeRefusal, type Guard, guardNow, type Refusal } from "./guard.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import type { Host } from "./host.ts";
import { type Decision, reasonOf } from "./decision.ts";
import { changeList, sayProblems } from "./list_file.ts";
import { count, type Messages, withCommas } from "./messages.ts";
import { sayOffenders } from "./offender_note.ts";
import { readExemptions } from "./read_exemptions.ts";
import { type Extent, type Scanned, scanToJson } from "./scan_summary.ts";
import {
  carriedOut,
  EMPTY_PLAN,
  planUpdate,
  type UpdateOptions,
  type UpdatePlan,
} from "./update_plan.ts";
import { writeResult } from "./write_result.ts";

/** Offenders printed at a time. */
const ROWS = 1000;

type Scan = Invocation<typeof SCAN_OPTIONS>;

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
  /** What made them some. */
  readonly choice: Choice;
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
  /** When an entry of the blocklist lapses next, in seconds since 1970, where that was looked for. */
  readonly until: number | undefined;
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
  const { values, host, messages } = invocation;
  const { offenders } = result;
  sayOffenders(offenders.length, invocation);
  const update = values.update ? await addOffenders(offenders, invocation) : undefined;
  const shown = update?.added ?? offenders;
  if (values.verbose) {
    for (const offender of shown) {
      const why = reasonOf({ kind: "add" }, measuresOf(offender, result.choice));
      messages.detail(`${formatNetwork(offender.network)}: ${why}`);
    }
  }
  const pieces = values.json
    ? scanToJson(shown, result, host.zone)
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
  return { status: isPartial ? EXIT.partly : EXIT.done, isListed, until: update?.until };
}

/** What became of the blocklist. */
interface Update {
  readonly added: readonly Offender[];
  readonly isPartial: boolean;
  /** Whether offenders were left out that must not be on it. */
  readonly isLeftOut: boolean;
  /** When an entry lapses next, in seconds since 1970; `Infinity` if none ever does. */
  readonly until: number;
}

async function addOffenders(
  offenders: Iterable<Offender>,
  invocation: Scan,
): Promise<Update> {
  const { values, messages } = invocation;
  const path = blocklistPath(values);
  const all = [...offenders];
  const options = updateOptions(all, invocation);
  let list = parseBlocklist(new Uint8Array(0));
  let plan = EMPTY_PLAN;
  await changeList(path, (bytes) => {
    list = parseBlocklist(bytes ?? new Uint8Array(0));
    plan = planUpdate(list, all, options);
    // An empty list is made too: from the first scan on, a missing file means that something is wrong.
    return carriedOut(plan, list, all, options) ?? (bytes === undefined ? [] : undefined);
  });
  const hasProblems = sayProblems(path, list, messages);
  const decided = (kind: Decision["kind"]) =>
    all.filter((_, index) => plan.decisions[index]?.kind === kind);
  const refused = plan.decisions.flatMap((one) => one.kind === "refused" ? [one.refusal] : []);
  const isWide = ({ why }: Refusal) => why === "wide";
  const isRefused = sayRefused(refused.filter(isWide), messages);
  const leftOut = refused.filter((refusal) => !isWide(refusal));
  sayLeftOut(leftOut, messages);
  sayUpdate(plan, path, messages);
  return {
    added: decided("add"),
    isPartial: hasProblems || isRefused,
    isLeftOut: leftOut.length > 0,
    until: plan.until,
  };
}

/** How a scan puts offenders on the blocklist. */
export function updateOptions(
  offenders: readonly Offender[],
  invocation: Scan,
): UpdateOptions {
  const { values, host } = invocation;
  const { expire, "allow-wide": allowWide } = values;
  const guard = () => guardOffenders(offenders, invocation);
  return { now: host.now(), expire, allowWide, zone: host.zone, guard };
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

function sayUpdate(plan: UpdatePlan, path: string, messages: Messages): void {
  const { decisions, folded, lapsed } = plan;
  const number = (...kinds: Decision["kind"][]) =>
    decisions.reduce((sum, { kind }) => sum + (kinds.includes(kind) ? 1 : 0), 0);
  const known = number("listed", "covered", "extend");
  const extended = number("extend");
  messages.note([
    `Added ${count(number("add"), "entry", "entries")} to "${path}"`,
    ...(known > 0 ? [`${count(known, "offender")} listed already`] : []),
    ...(extended > 0 ? [`${withCommas(extended)} of them for longer now`] : []),
    ...(folded.length > 0
      ? [`put networks in the place of ${count(folded.length, "entry", "entries")}`]
      : []),
    ...(lapsed.length > 0 ? [`removed ${withCommas(lapsed.length)} that lapsed`] : []),
  ].join(", "));
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
