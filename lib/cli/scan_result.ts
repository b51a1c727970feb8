/**
 * What comes of a scan: offenders printed, or put on the blocklist.
 *
 * @module
 */

import { formatJails } from "../blocklist/jail_words.ts";
import { formatNetwork } from "../ip/network.ts";
import { formatLocalTime } from "../log/time_zone.ts";
import type { Offender, Offenders } from "../offender/offenders.ts";
import { type Choice, measuresOf } from "../offender/threshold.ts";
import { aligned } from "./columns.ts";
import type { Invocation } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import type { Host } from "./host.ts";
import { sayOffenders } from "./offender_note.ts";
import type { Extent } from "./scan_json.ts";
import type { Scanned } from "./scan_summary.ts";
import { writeResult } from "./write_result.ts";

/** Offenders printed at a time. */
const ROWS = 1000;

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
  /** Until when the blocklist needs no other look, in seconds since 1970, where it had one. */
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
  // Loaded only where it is needed: a look at a small log is not to wait for it.
  const update = values.update
    ? await (await import("./update_list.ts")).updateList(offenders, invocation)
    : undefined;
  const shown = update?.added ?? offenders;
  if (values.verbose) {
    const { reasonOf } = await import("./decision.ts");
    for (const offender of shown) {
      const why = reasonOf({ kind: "add" }, measuresOf(offender, result.choice));
      messages.detail(`${formatNetwork(offender.network)}: ${why}`);
    }
  }
  const pieces = values.json
    ? (await import("./scan_json.ts")).scanToJson(shown, result, host.zone)
    : values.update && values.quiet
    ? []
    : toText(shown, host);
  for (const piece of pieces) {
    if (write) await write(piece);
    else if (values.update) await writeResult(host, piece);
    else await host.stdout.write(piece);
  }
  const isListed = update?.isPartial === false;
  const isPartial = result.isPartial || update?.isPartial;
  return { status: isPartial ? EXIT.partly : EXIT.done, isListed, until: update?.until };
}

function* toText(offenders: Iterable<Offender>, host: Host): Generator<string> {
  if (host.stdout.isTerminal()) {
    // Columns are as wide as the widest row of all.
    const rows = Array.from(offenders, (offender) => fieldsOf(offender, host));
    if (rows.length > 0) yield aligned(COLUMNS, rows);
    return;
  }
  let [text, rows] = ["", 0];
  for (const offender of offenders) {
    // All is printed from numbers but the jails, and formatJails() leaves no control character in them.
    text += fieldsOf(offender, host).join("\t") + "\n";
    if (++rows % ROWS > 0) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

function fieldsOf({ network, bans, first, last, jails }: Offender, { zone }: Host): string[] {
  return [
    String(bans),
    formatNetwork(network),
    formatLocalTime(first, zone),
    formatLocalTime(last, zone),
    formatJails(jails),
  ];
}
