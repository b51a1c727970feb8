/**
 * Prints what `permaban check` answers.
 *
 * @module
 */

import { formatJails } from "../blocklist/jail_words.ts";
import { fieldText, type Note, NOTE_FIELDS } from "../blocklist/note.ts";
import { formatNetwork, holds } from "../ip/network.ts";
import { formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import type { Ignored } from "../offender/tally.ts";
import { type Measure, WHOLE_BAN } from "../offender/threshold.ts";
import type { Source } from "../report/report.ts";
import { type AskedEntry, noteOn } from "./asked_lists.ts";
import type { BanFacts } from "./ban_facts.ts";
import type { CheckAnswer, Known } from "./check_answer.ts";
import { tabbed } from "./columns.ts";
import type { Invocation } from "./command.ts";
import { jsonList } from "./json_list.ts";
import type { CHECK_OPTIONS } from "./spec/check_spec.ts";

/** Lines printed at a time. */
const ROWS = 1000;

/**
 * Prints answers: on a terminal to be read, else one fact a line, with `--json` all of it.
 *
 * @param answers The answers.
 * @param known What they were made of.
 * @param invocation Options and host.
 */
export async function printAnswers(
  answers: Iterable<CheckAnswer>,
  known: Known,
  { values, host }: Invocation<typeof CHECK_OPTIONS>,
): Promise<void> {
  const { stdout, zone } = host;
  if (values.json) {
    const batches = function* () {
      for (const answer of answers) yield [toObject(answer, zone)];
    };
    for (const piece of jsonList("answers", batches())) await stdout.write(piece);
    const { counting: { choice, tally: { since } }, bans: { source } } = known;
    const rest = {
      minBans: choice.minBans,
      since: formatLocalTime(since, zone),
      source: source ? sourceToJson(source, zone) : null,
    };
    return await stdout.write(`,${JSON.stringify(rest, null, 2).slice("{".length)}\n`);
  }
  if (!stdout.isTerminal()) {
    for (const piece of toLines(answers, zone)) await stdout.write(piece);
    return;
  }
  const { toText } = await import("./answer_text.ts");
  for (const answer of answers) await stdout.write(toText(answer, known));
}

/** Each fact as a line, in pieces. */
function* toLines(answers: Iterable<CheckAnswer>, zone: TimeZone): Generator<string> {
  const rows: string[][] = [];
  for (const answer of answers) {
    const name = formatNetwork(answer.network);
    for (const row of toRows(answer, zone)) {
      rows.push([name, ...row]);
      if (rows.length === ROWS) yield tabbed(rows.splice(0));
    }
  }
  yield tabbed(rows);
}

/** The fields of an entry, `-` for what is not known. */
function fieldsOf(note: Note): string[] {
  return [...NOTE_FIELDS.map((name) => fieldText(note, name)), note.comment]
    .map((field) => field ?? "-");
}

function* toRows(answer: CheckAnswer, zone: TimeZone): Generator<string[]> {
  const { countsAs, bans } = answer;
  const about = ({ network, line }: AskedEntry) => [formatNetwork(network), String(line)];
  yield [answer.state];
  if (countsAs) yield ["counts as", formatNetwork(countsAs)];
  for (const part of answer.parts) yield ["part", formatNetwork(part)];
  for (const entry of answer.entries) {
    yield ["entry", ...about(entry), entry.state, ...fieldsOf(noteOn(entry))];
  }
  for (const entry of answer.allowed) {
    const { until, comment } = noteOn(entry);
    yield ["allowed", ...about(entry), until ?? "-", comment ?? "-"];
  }
  for (const { network, what } of answer.protected) {
    yield ["protected", formatNetwork(network), what];
  }
  for (const entry of answer.pardons) {
    const { since, comment } = noteOn(entry);
    yield ["pardoned", ...about(entry), since ?? "-", comment ?? "-"];
  }
  if (bans) yield* banRows(bans, zone);
  for (const { of, jail, reached, needed } of missingOf(answer)) {
    const what = jail === undefined ? of : `${of} ${jail}`;
    yield ["missing", what, ...[needed - reached, reached, needed].map(String)];
  }
  if (isDue(answer)) yield ["due", formatNetwork(bans?.due ?? answer.network)];
  for (const command of answer.toFree) yield ["free", command];
  for (const command of answer.toBlock) yield ["block", command];
}

function banRows({ offenders, days, ignored }: BanFacts, zone: TimeZone): string[][] {
  return [
    ...offenders.map(({ network, bans, first, last, jails }) => [
      "bans",
      formatNetwork(network),
      String(bans),
      formatLocalTime(first, zone),
      formatLocalTime(last, zone),
      formatJails(jails),
    ]),
    ...days.map(({ day, bans, jails }) => ["day", day, String(bans), formatJails(jails)]),
    ...reasonsOf(ignored).map(([reason, bans]) => ["ignored", reason, String(bans)]),
  ];
}

/** Why bans do not count, and how many. */
export function reasonsOf({ jails, ...others }: Ignored): [reason: string, bans: number][] {
  const byJail = [...jails].map(([jail, bans]): [string, number] => [`jail ${jail}`, bans]);
  return [...Object.entries(others), ...byJail].filter(([, bans]) => bans > 0);
}

/** Whether bans may have all of it blocked that is not allowed. */
function isOpen({ network, state, allowed }: CheckAnswer): boolean {
  return state !== "blocked" && !allowed.some((entry) => holds(entry.network, network));
}

/** What is missing until a scan lists it, in whole bans, days and offenders. */
export function missingOf(answer: CheckAnswer): Measure[] {
  if (!isOpen(answer)) return [];
  return (answer.bans?.missing ?? []).map((measure) => {
    const unit = measure.of === "bans" ? WHOLE_BAN : 1;
    return { ...measure, reached: measure.reached / unit, needed: measure.needed / unit };
  });
}

/** Whether the next scan lists it. */
export function isDue(answer: CheckAnswer): boolean {
  return isOpen(answer) && answer.bans?.due !== undefined;
}

function toObject(answer: CheckAnswer, zone: TimeZone): object {
  const { network, state, countsAs, parts, entries, allowed, pardons, bans } = answer;
  return {
    address: formatNetwork(network),
    blocked: state === "blocked",
    parts: parts.map(formatNetwork),
    countsAs: countsAs ? formatNetwork(countsAs) : null,
    entries: entries.map((entry) => {
      const { jails, ...note } = noteOn(entry);
      const known = { ...note, jails: jails && Object.fromEntries(jails) };
      return { ...placeOf(entry), state: entry.state, ...known };
    }),
    allowed: allowed.map((entry) => {
      const { until, comment } = noteOn(entry);
      return { ...placeOf(entry), until, comment };
    }),
    protected: answer.protected.map(({ network, what }) => {
      return { address: formatNetwork(network), what };
    }),
    pardons: pardons.map((entry) => {
      const { since, comment } = noteOn(entry);
      return { ...placeOf(entry), since, comment };
    }),
    bans: bans ? bansToJson(bans, zone) : null,
    missing: missingOf(answer).map(({ of, ...measure }) => ({ what: of, ...measure })),
    due: isDue(answer) && bans?.due ? formatNetwork(bans.due) : null,
    toFree: answer.toFree,
    toBlock: answer.toBlock,
  };
}

function placeOf({ network, line }: AskedEntry): { address: string; line: number } {
  return { address: formatNetwork(network), line };
}

function bansToJson({ bans, offenders, days, ignored }: BanFacts, zone: TimeZone): object {
  return {
    counted: bans,
    offenders: offenders.map(({ network, bans, first, last, jails }) => ({
      address: formatNetwork(network),
      bans,
      first: formatLocalTime(first, zone),
      last: formatLocalTime(last, zone),
      jails: Object.fromEntries(jails),
    })),
    days: days.map(({ day, bans, jails }) => ({ day, bans, jails: Object.fromEntries(jails) })),
    ignored: { ...ignored, jails: Object.fromEntries(ignored.jails) },
  };
}

function sourceToJson(source: Source, zone: TimeZone): object {
  const time = (instant: number | undefined) =>
    instant === undefined ? null : formatLocalTime(instant, zone);
  if (source.kind === "history") {
    const { oldest, newest, updated, ...rest } = source;
    return { ...rest, oldest: time(oldest), newest: time(newest), updated: time(updated) };
  }
  return source;
}
