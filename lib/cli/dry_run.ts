/**
 * What an update would do, told and not done.
 *
 * @module
 */

import { noteOf, parseBlocklist } from "../blocklist/blocklist.ts";
import { formatNetwork, type Network } from "../ip/network.ts";
import { measuresOf } from "../offender/threshold.ts";
import { aligned, tabbed } from "./columns.ts";
import { blocklistPath, type Invocation } from "./command.ts";
import { type Decision, reasonOf, wordOf } from "./decision.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { lookAtList, sayProblems } from "./list_file.ts";
import { count } from "./messages.ts";
import { sayOffenders } from "./offender_note.ts";
import type { ScanResult } from "./scan_result.ts";
import { updateOptions } from "./update_list.ts";
import { scannedToJson } from "./scan_json.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { planUpdate } from "./update_plan.ts";

/** Decisions printed at a time. */
const ROWS = 1000;

const COLUMNS = [
  { heading: "DECISION" },
  { heading: "ADDRESS" },
  { heading: "BANS", isNumber: true },
  { heading: "WHY" },
];

/** What is decided about a network. */
interface Decided {
  readonly network: Network;
  /** Its bans, where they are known. */
  readonly bans: number | undefined;
  readonly decision: Decision;
  readonly why: string;
}

/**
 * Prints what an update would do with each offender and with entries that lapsed, and why; with
 * `--verbose` also who is near to being an offender. Nothing is written and no lock taken.
 *
 * @param result What was scanned.
 * @param invocation Options and host.
 */
export async function giveDecisions(
  result: ScanResult,
  invocation: Invocation<typeof SCAN_OPTIONS>,
): Promise<ExitStatus> {
  const { values, host, messages } = invocation;
  const path = blocklistPath(values);
  const offenders = [...result.offenders];
  const options = updateOptions(offenders, invocation);
  let list = parseBlocklist(new Uint8Array(0));
  lookAtList(path, (bytes) => void (list = parseBlocklist(bytes ?? new Uint8Array(0))));
  const plan = planUpdate(list, offenders, options);
  sayOffenders(offenders.length, invocation);
  const hasProblems = sayProblems(path, list, messages);
  const added = plan.decisions.filter(({ kind }) => kind === "add").length;
  messages.note(`Would add ${count(added, "entry", "entries")} to "${path}", changed nothing`);
  const all = function* (): Generator<Decided> {
    const folded = new Set(plan.folded.map((entry) => formatNetwork(list.networks.at(entry))));
    yield* decidedOf(result, plan.decisions, folded);
    if (values.verbose) yield* nearOnes(result);
    // Of who is listed anew it was told already.
    const anew = offenders.filter((_, index) => plan.decisions[index]?.kind === "add");
    const names = new Set(anew.map(({ network }) => formatNetwork(network)));
    for (const entry of plan.lapsed) {
      const network = list.networks.at(entry);
      if (names.has(formatNetwork(network))) continue;
      const { bans, until = "" } = noteOf(list, entry);
      yield decided(network, bans, { kind: "lapse", until });
    }
  };
  const pieces = values.json
    ? scannedToJson("decisions", toObjects(all()), result, host.zone)
    : toText(all(), host.stdout.isTerminal());
  for (const piece of pieces) await host.stdout.write(piece);
  return result.isPartial || hasProblems ? EXIT.partly : EXIT.done;
}

/** The offenders, each network followed by those for whom it is listed. */
function* decidedOf(
  { offenders, choice }: ScanResult,
  decisions: readonly Decision[],
  folded: ReadonlySet<string>,
): Generator<Decided> {
  let index = 0;
  for (const offender of offenders) {
    const { network, bans, members = [] } = offender;
    const decision = decisions[index++];
    if (!decision) continue;
    yield { network, bans, decision, why: reasonOf(decision, measuresOf(offender, choice)) };
    for (const member of members) {
      const name = formatNetwork(member.network);
      if (name === formatNetwork(network)) continue;
      const hasEntry = folded.has(name);
      yield decided(member.network, member.bans, { kind: "member", of: network, hasEntry });
    }
  }
}

function* nearOnes({ tally, choice }: ScanResult): Generator<Decided> {
  for (const one of tally.nearly(choice)) {
    yield decided(one.network, one.bans, { kind: "near", measures: measuresOf(one, choice) });
  }
}

function decided(network: Network, bans: number | undefined, decision: Decision): Decided {
  return { network, bans, decision, why: reasonOf(decision, []) };
}

function* toText(all: Iterable<Decided>, isTerminal: boolean): Generator<string> {
  const rows: string[][] = [];
  for (const { network, bans, decision, why } of all) {
    rows.push([wordOf(decision), formatNetwork(network), bans?.toString() ?? "-", why]);
    // Columns are as wide as the widest row of all.
    if (!isTerminal && rows.length === ROWS) yield tabbed(rows.splice(0));
  }
  if (rows.length > 0) yield isTerminal ? aligned(COLUMNS, rows) : tabbed(rows);
}

function* toObjects(all: Iterable<Decided>): Generator<object[]> {
  const batch: object[] = [];
  for (const { network, bans, decision, why } of all) {
    const about = decision.kind === "covered"
      ? { by: formatNetwork(decision.by) }
      : decision.kind === "member"
      ? { by: formatNetwork(decision.of) }
      : "until" in decision
      ? { until: decision.until }
      : {};
    batch.push({
      address: formatNetwork(network),
      decision: wordOf(decision),
      bans,
      ...about,
      why,
    });
    if (batch.length === ROWS) yield batch.splice(0);
  }
  yield batch;
}
