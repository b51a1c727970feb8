/**
 * `permaban log`.
 *
 * @module
 */

import { parseBlocklist } from "../blocklist/blocklist.ts";
import { type JournalRecord, linesOf } from "../blocklist/journal_record.ts";
import type { Part } from "../blocklist/line_difference.ts";
import { formatSince } from "../blocklist/note.ts";
import { formatNetwork, readNetwork } from "../ip/network.ts";
import { NetworkFinder } from "../ip/network_finder.ts";
import { formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import { aligned, tabbed } from "./columns.ts";
import type { Invocation, Run } from "./command.ts";
import type { LOG_OPTIONS } from "./spec/log_spec.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { withCommas } from "./messages.ts";
import { linesBehind, readChanges } from "./read_changes.ts";
import { whenOf } from "./when_option.ts";

type Asked = Invocation<typeof LOG_OPTIONS>;

/** A change as it is shown. */
interface Shown {
  readonly record: JournalRecord;
  /** Its lines, or those that were asked for; `undefined` where there are too many. */
  readonly lines: readonly Part[] | undefined;
}

const COLUMNS = ["TIME", "RUN", "WHO", "COMMAND", "LIST", "CHANGE"].map((heading) => ({
  heading,
  isNumber: heading === "RUN",
}));
/** More networks than this nobody reads on a line. */
const MANY = 5;

/** Shows who changed the lists. */
export const log: Run<typeof LOG_OPTIONS> = async (invocation) => {
  const { values, operands, host, messages } = invocation;
  const since = values.since === undefined
    ? -Infinity
    : whenOf(values.since, "since", host.now(), host.zone);
  const finder = operands.length === 0 ? undefined : finderOf(operands);
  const { records, isPartial } = readChanges(values, messages);
  const shown: Shown[] = [];
  for (const record of records) {
    if (record.at < since) continue;
    const change = shownOf(record, finder, values);
    if (change) shown.push(change);
  }
  if (values.json) {
    const changes = shown.map(toObject);
    await host.stdout.write(JSON.stringify({ changes }, null, 2) + "\n");
  } else {
    const rows = shown.map((change) => toRow(change, host.zone));
    const print = host.stdout.isTerminal() ? aligned(COLUMNS, rows) : tabbed(rows);
    await host.stdout.write(print);
  }
  return isPartial ? EXIT.partly : EXIT.done;
};

function finderOf(operands: readonly string[]): NetworkFinder {
  return new NetworkFinder(operands.map((text) => {
    const network = readNetwork(text);
    if (typeof network === "string") throw usageError(network);
    return network;
  }));
}

/** A record with its lines, if it has to do with what is asked for. */
function shownOf(
  record: JournalRecord,
  finder: NetworkFinder | undefined,
  values: Asked["values"],
): Shown | undefined {
  if (!finder) {
    return { record, lines: "name" in record.lines ? undefined : linesOf(record.lines) };
  }
  const lines = linesOf(linesBehind(record, values) ?? []).filter(({ bytes }) => {
    const { networks } = parseBlocklist(bytes);
    return networks.length > 0 && finder.find(networks, 0) !== undefined;
  });
  return lines.length > 0 ? { record, lines } : undefined;
}

function toRow({ record, lines }: Shown, zone: TimeZone): string[] {
  const { at, run, who, command, kind } = record;
  return [formatLocalTime(at, zone), `${run}`, who, command, kind, changeOf(record, lines)];
}

/** Such as `-192.0.2.7 +192.0.2.0/24`. */
function changeOf(record: JournalRecord, lines: readonly Part[] | undefined): string {
  const words = (lines ?? []).slice(0, MANY).map(({ sign, bytes }) => `${sign}${nameOf(bytes)}`);
  const rest = (lines?.length ?? 0) - words.length;
  if (!lines) {
    words.push(`-${withCommas(record.removed)} +${withCommas(record.added)} lines`);
  } else if (rest > 0) words.push(`and ${withCommas(rest)} more`);
  if (record.state === "void") words.push("(not done: the run was killed)");
  return words.join(" ");
}

/** The network of a line, or what stands there instead. */
function nameOf(bytes: Uint8Array): string {
  const { networks } = parseBlocklist(bytes);
  return networks.length > 0 ? formatNetwork(networks.at(0)) : JSON.stringify(textOf(bytes));
}

function toObject({ record, lines }: Shown): object {
  const texts = (sign: "-" | "+") =>
    lines?.filter((line) => line.sign === sign).map(({ bytes }) => textOf(bytes)) ?? null;
  const { at, run, who, command, kind, path, state, removed, added } = record;
  return {
    time: formatSince(at),
    run,
    who,
    command,
    list: kind,
    path,
    isDone: state === "done",
    counts: { removed, added },
    removed: texts("-"),
    added: texts("+"),
  };
}

/** A line without its end. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replace(/\r?\n$/, "");
}
