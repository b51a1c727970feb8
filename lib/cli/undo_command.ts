/**
 * `permaban undo`.
 *
 * @module
 */

import { type JournalRecord, linesOf, type ListKind } from "../blocklist/journal_record.ts";
import type { Part } from "../blocklist/line_difference.ts";
import { takeBack, type TakenBack } from "../blocklist/take_back.ts";
import type { Edit } from "../file/replace_file.ts";
import { formatLocalTime } from "../log/time_zone.ts";
import { tabbed } from "./columns.ts";
import type { Invocation, Run } from "./command.ts";
import type { UNDO_OPTIONS } from "./spec/undo_spec.ts";
import { EXIT } from "./exit_status.ts";
import { Failure, usageError } from "./failure.ts";
import { changeList, lookAtList } from "./list_file.ts";
import { textOf } from "./log_command.ts";
import { count, type Messages, withCommas } from "./messages.ts";
import { linesBehind, readChanges } from "./read_changes.ts";
import { writeResult } from "./write_result.ts";

type Asked = Invocation<typeof UNDO_OPTIONS>;

/** More lines than this nobody reads. */
const MANY = 20;

/** What became of a change. */
interface Undone {
  readonly kind: ListKind;
  readonly path: string;
  readonly restored: readonly Part[];
  readonly removed: readonly Part[];
  readonly lost: readonly Part[];
  readonly superseded: readonly Part[];
}

/** Takes a run's changes of the lists back. */
export const undo: Run<typeof UNDO_OPTIONS> = async (invocation) => {
  const { values, operands: [wanted], host, messages, run } = invocation;
  const { records, isPartial } = readChanges(values, messages);
  const changes = changesOf(records, wanted);
  const [first] = changes;
  if (!first) throw nothingToUndo(wanted);
  // Before any of them is taken back: all or none.
  const parts = changes.map((record) => linesBehind(record, values));
  if (parts.includes(undefined)) {
    throw new Failure(
      `Run ${first.run} changed so much that its lines are not kept any more`,
      "permaban log shows what else there was",
    );
  }
  run.command = `undo ${first.run}`;
  const undone: Undone[] = [];
  let hasFailed = false;
  for (const [at, record] of [...changes.entries()].toReversed()) {
    try {
      undone.push(await takeBackFrom(record, parts[at] ?? [], invocation));
    } catch (error) {
      if (!(error instanceof Failure) || undone.length === 0) throw error;
      messages.error(error.message, error.hint);
      hasFailed = true;
    }
  }
  const total = (name: "restored" | "removed" | "lost") =>
    undone.reduce((sum, one) => sum + one[name].length, 0);
  for (const { path, lost, superseded } of undone) {
    sayLines(path, lost, "is not there any more, or not as it came", messages);
    sayLines(path, superseded, "is not put back: another line took its place since", messages);
  }
  if (values.json) await writeResult(host, toJson(first.run, undone, values["dry-run"]));
  else if (values["dry-run"]) await host.stdout.write(tabbed(undone.flatMap(toRows)));
  const when = formatLocalTime(first.at, host.zone);
  const isAnything = total("restored") + total("removed") > 0;
  const verb = values["dry-run"]
    ? "Would take back"
    : isAnything
    ? "Took back"
    : "Nothing is left of";
  messages.note(
    `${verb} run ${first.run} ("${first.command}" by ${first.who}, ${when}): ` +
      `put back ${count(total("restored"), "line")}, took out ${count(total("removed"), "line")}` +
      placesOf(undone),
  );
  if (!isAnything) return EXIT.failed;
  const changed = undone.filter(({ kind, restored, removed }) =>
    kind !== "pardons" && restored.length + removed.length > 0
  );
  if (changed.length > 0 && !values["dry-run"]) {
    const { refreshOf } = await import("./next_load.ts");
    const refresh = changed.map(({ path }) => refreshOf(path)).find(Boolean);
    messages.hint(
      `the firewall knows nothing of it until the next batch is loaded${
        refresh ? `: ${refresh}` : ""
      }`,
    );
  }
  if (first.command.startsWith("scan") && total("removed") > 0 && !values["dry-run"]) {
    messages.hint(
      'the next scan lists it again if its bans still count: "permaban remove" pardons',
    );
  }
  return isPartial || hasFailed || total("lost") > 0 ? EXIT.partly : EXIT.done;
};

/** What the last run that changed anything did, or the one that is wanted. */
function changesOf(records: readonly JournalRecord[], wanted: string | undefined): JournalRecord[] {
  const done = records.filter(({ state }) => state === "done");
  if (wanted === undefined) {
    const last = done.at(-1);
    return done.filter(({ run }) => run === last?.run);
  }
  if (!/^\d{1,15}$/.test(wanted)) {
    throw usageError(
      `Expected the number of a run, not "${wanted}"`,
      '"permaban log" shows them',
    );
  }
  return done.filter(({ run }) => run === Number(wanted));
}

function nothingToUndo(wanted: string | undefined): Failure {
  return wanted === undefined
    ? new Failure("The journal has no change that could be taken back")
    : new Failure(`The journal has no change of a run ${wanted}`, '"permaban log" shows them');
}

async function takeBackFrom(
  { kind, path }: JournalRecord,
  parts: readonly Part[],
  invocation: Asked,
): Promise<Undone> {
  let taken: TakenBack | undefined;
  const edit: Edit = (bytes) => {
    taken = takeBack(bytes ?? new Uint8Array(0), parts);
    return taken.restored.length + taken.removed.length > 0 ? [taken.bytes] : undefined;
  };
  if (invocation.values["dry-run"]) lookAtList(path, edit, kind);
  else await changeList(path, edit, invocation, kind, true);
  const lines = (parts: readonly Part[] = []) => linesOf(parts);
  return {
    kind,
    path,
    restored: lines(taken?.restored),
    removed: lines(taken?.removed),
    lost: lines(taken?.lost),
    superseded: lines(taken?.superseded),
  };
}

/** Which files were changed, which need not be those of this command line. */
function placesOf(undone: readonly Undone[]): string {
  const paths = undone.filter(({ restored, removed }) => restored.length + removed.length > 0)
    .map(({ path }) => JSON.stringify(path));
  return paths.length === 0 ? "" : ` in ${paths.join(" and ")}`;
}

/** Names lines, the first of many, and says something of each. */
function sayLines(
  path: string,
  lines: readonly Part[],
  what: string,
  messages: Messages,
): void {
  for (const { bytes } of lines.slice(0, MANY)) {
    messages.error(`${path}: "${textOf(bytes)}" ${what}`);
  }
  const rest = lines.length - MANY;
  if (rest > 0) {
    messages.error(`${path}: ${withCommas(rest)} more lines, of which the same is true`);
  }
}

function toRows({ kind, restored, removed }: Undone): string[][] {
  const rows = (sign: string, parts: readonly Part[]) =>
    parts.map(({ bytes }) => [sign, kind, textOf(bytes)]);
  return [...rows("-", removed), ...rows("+", restored)];
}

function toJson(run: number, undone: readonly Undone[], isDryRun: boolean): string {
  const lists = undone.map(({ kind, path, restored, removed, lost, superseded }) => ({
    list: kind,
    path,
    restored: restored.map(({ bytes }) => textOf(bytes)),
    removed: removed.map(({ bytes }) => textOf(bytes)),
    lost: lost.map(({ bytes }) => textOf(bytes)),
    superseded: superseded.map(({ bytes }) => textOf(bytes)),
  }));
  return JSON.stringify({ dryRun: isDryRun, run, lists }, null, 2) + "\n";
}
