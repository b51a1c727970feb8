/**
 * Reads what is new in logs of which traces were kept, whatever they are called by now.
 *
 * A log is known by its beginning and by what stands before the place up to which it was read; its
 * name and number in the file system only save a look. So a renamed, compressed or copied log goes on
 * where it was left, and a log that was cut off and began anew is a new one.
 *
 * Only a log that goes on in the very file in which it was is taken at its word. Any other one may have
 * been trimmed, edited or joined from others, so that its bans may be known already.
 *
 * @module
 */

import { resolve } from "@std/path/posix";
import type { Ban } from "./ban.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { LogFile } from "./log_file.ts";
import { sightOf } from "./log_sight.ts";
import {
  kinOf,
  knownEnd,
  type LogSight,
  type LogTrace,
  traceAfter,
  type TracedFile,
  tracedFile,
  traceOfUnchanged,
} from "./log_trace.ts";
import { LogOpenError } from "./open_log.ts";
import { OPEN_AT_ONCE, OpenLogs } from "./open_logs.ts";
import { type LogReport, readLogs, type ReadOptions } from "./scan_logs.ts";
import { unread } from "./scan_log.ts";
import { systemReason } from "./system_reason.ts";

/** What is known before. */
export interface KnownLogs {
  /** Traces of the logs that were there the last time. */
  readonly traces: readonly LogTrace[];
  /** Gives the traces of all other logs that ever were; asked only when a log is not known. */
  older(): readonly LogTrace[];
  /** The number of the next new trace. */
  readonly nextId: number;
  /** Whether nothing was ever read, so that no ban can be known already. */
  readonly isNew: boolean;
}

/** How what is new is read; told are the bans that cannot be known already. */
export interface NewTextOptions extends ReadOptions {
  /** Called with each log that holds only text that was read already in another one. */
  onCopy?(file: LogFile): void;
}

/** What was new. */
export interface NewText {
  /** A report on each log of which something was read. */
  readonly reports: readonly LogReport[];
  /** Traces of the logs that are there. */
  readonly traces: readonly LogTrace[];
  /** Traces of logs that were there the last time. */
  readonly gone: readonly LogTrace[];
  /** The number of the next new trace. */
  readonly nextId: number;
  /**
   * The bans in each log that does not just go on in the file in which it was. Some of them, or all, may
   * be known, from the logs before it too.
   */
  readonly doubtful: readonly (readonly Ban[])[];
  /** The numbers of traces with a ban in a last line without an end that may be known already. */
  readonly unsure: ReadonlySet<number>;
  /** Whether a log was renamed before it could be opened, so that it is worth looking again. */
  readonly isMoved: boolean;
}

/** A log that something happened to. */
interface Changed {
  readonly file: LogFile;
  readonly sight: LogSight;
  readonly isPlain: boolean;
}

/** A log that goes on from a trace. */
interface Resumed extends Changed {
  readonly trace: LogTrace;
  /** The known text before the position, as far as it was seen. */
  readonly before: Uint8Array;
}

const NOTHING: Uint8Array = new Uint8Array(0);
const NO_TEXT = fingerprintOf(NOTHING);

/**
 * Reads what is new in logs.
 *
 * @param files The logs, as {@linkcode findLogs} gives them; no standard input and no pipes.
 * @param known What is known of them.
 * @param options Zone, clock, and what to call with each new ban.
 * @returns What was read and what is to be kept.
 */
export async function scanNewText(
  files: readonly LogFile[],
  known: KnownLogs,
  options: NewTextOptions,
): Promise<NewText> {
  const reading = new NewReading(known, options);
  let pending = files.filter((file) => !reading.isUnchanged(file));
  while (pending.length > 0) {
    const later = await reading.round(pending.slice(0, OPEN_AT_ONCE));
    pending = [...later, ...pending.slice(OPEN_AT_ONCE)];
  }
  return reading.result();
}

/** One reading of what is new, log by log. */
class NewReading {
  readonly #known: KnownLogs;
  readonly #options: NewTextOptions;
  /** All traces by their numbers, the older ones as soon as they were asked for. */
  readonly #traces: Map<number, LogTrace>;
  /** The numbers of those whose logs are there. */
  readonly #seen = new Set<number>();
  readonly #reports: LogReport[] = [];
  readonly #doubtful: Ban[][] = [];
  readonly #unsure = new Set<number>();
  /** Where the traces' logs were the last time. */
  readonly #homes: Map<number, readonly TracedFile[]>;
  #older: readonly LogTrace[] | undefined;
  #nextId: number;
  #isMoved = false;

  constructor(known: KnownLogs, options: NewTextOptions) {
    this.#known = known;
    this.#options = options;
    this.#nextId = known.nextId;
    // What their files were is past; those that are still there are entered again.
    const entries = known.traces.map((trace) => [trace.id, { ...trace, files: [] }] as const);
    this.#traces = new Map(entries);
    this.#homes = new Map(known.traces.map(({ id, files }) => [id, files]));
  }

  /** Whether nothing happened to a log since it was read. */
  isUnchanged(file: LogFile): boolean {
    const trace = traceOfUnchanged(file, this.#known.traces);
    if (!trace) return false;
    this.#enter(trace.id, file, true);
    return true;
  }

  /** Reads some logs, one of each text at most; gives those that are to be looked at again. */
  async round(files: readonly LogFile[]): Promise<LogFile[]> {
    using opened = new OpenLogs();
    const changed: Changed[] = [];
    for (const file of files) {
      const sighted = await this.#look(file, opened);
      if (sighted) changed.push(sighted);
    }
    const { first, later } = oneOfEach(changed.map((one) => this.#recognize(one)));
    const doubtful: Changed[] = [];
    const resumed: Resumed[] = [];
    for (const { trace, ...one } of first) {
      if (trace) resumed.push({ ...one, trace });
      else doubtful.push(one);
    }
    doubtful.push(...await this.#resume(resumed, opened));
    for (const one of doubtful) await this.#readDoubtful(one, opened);
    return later.map(({ file }) => file);
  }

  /** Whether a trace's log was in a file, by whatever name. */
  #wasIn(id: number, { identity }: LogFile): boolean {
    return this.#homes.get(id)?.some((home) => home.identity === identity) ?? false;
  }

  /** What came of it. */
  result(): NewText {
    const isThere = ({ id }: LogTrace) => this.#seen.has(id);
    return {
      reports: this.#reports,
      traces: Array.from(this.#traces.values()).filter(isThere),
      gone: this.#known.traces.filter((trace) => !isThere(trace) && trace.head.length > 0),
      nextId: this.#nextId,
      doubtful: this.#doubtful,
      unsure: this.#unsure,
      isMoved: this.#isMoved,
    };
  }

  async #look(file: LogFile, opened: OpenLogs): Promise<Changed | undefined> {
    const open = opened.open(file);
    if (open instanceof LogOpenError) {
      // What was renamed at this moment is found the next time.
      if (open.isMoved) this.#isMoved = true;
      else this.#reports.push({ path: file.path, ...unread(open.message) });
      return undefined;
    }
    try {
      const { isCutAtOnce, ...sighted } = await sightOf(open);
      if (!file.twin || !isCutAtOnce) return { file, ...sighted };
      // An archive in the making, of which nothing can be read yet.
      this.#options.onCopy?.(file);
      const trace = this.#newTrace();
      this.#traces.set(trace.id, trace);
      this.#enter(trace.id, file, true);
      return undefined;
    } catch (error) {
      const reason = systemReason(error);
      if (reason === undefined) throw error;
      this.#reports.push({ path: file.path, ...unread(`Cannot read it: ${reason}`) });
      return undefined;
    }
  }

  /** Finds the trace that a log goes on from, a new one where none begins like it. */
  #recognize(changed: Changed): Changed & { trace: LogTrace | undefined; before: Uint8Array } {
    const { file, sight, isPlain } = changed;
    // Only the trace that knows most will do: what a lesser one lacks, that one has read.
    const find = (traces: Iterable<LogTrace>) => {
      const [trace] = kinOf(sight, traces);
      const before = trace && (isPlain ? knownEnd(sight, trace) : NOTHING);
      return { trace: before && trace, before, isDoubtful: trace && !before };
    };
    // A log that is where it was has only grown; of others, one that is gone may know more.
    const here = find(this.#traces.values());
    const isHome = here.trace && this.#wasIn(here.trace.id, file);
    const { trace, before = NOTHING, isDoubtful } = isHome ? here : find(this.#allTraces());
    return { ...changed, trace: isDoubtful ? undefined : trace ?? this.#newTrace(), before };
  }

  #allTraces(): Iterable<LogTrace> {
    this.#older ??= this.#known.older();
    for (const trace of this.#older) {
      if (!this.#traces.has(trace.id)) this.#traces.set(trace.id, { ...trace, files: [] });
    }
    return this.#traces.values();
  }

  #newTrace(): LogTrace {
    const id = this.#nextId++;
    return { id, position: 0, length: 0, head: NO_TEXT, first: NO_TEXT, tail: NO_TEXT, files: [] };
  }

  /** Reads logs on from their traces; gives those that turn out to be other ones. */
  async #resume(resumed: readonly Resumed[], opened: OpenLogs): Promise<Changed[]> {
    const isSure = (one: Resumed) => this.#known.isNew || this.#isSure(one);
    const sure = resumed.filter(isSure);
    const reports = await readLogs(sure.map(rest), opened, this.#options);
    const others: Changed[] = sure.filter((one, at) => {
      const report = reports[at];
      return report && !this.#take(one, report, true);
    });
    // One by one, since two of these may hold the same.
    for (const one of resumed.filter((one) => !isSure(one))) {
      const { report, bans } = await this.#readApart(rest(one), opened);
      if (!report) continue;
      if (this.#take(one, report, false)) this.#doubtful.push(bans);
      else others.push(one);
    }
    return others;
  }

  /** Reads a log whose bans may be known. */
  async #readApart(
    file: LogFile,
    opened: OpenLogs,
  ): Promise<{ report: LogReport | undefined; bans: Ban[] }> {
    const bans: Ban[] = [];
    const onBan = (ban: Ban) => void bans.push(ban);
    const [report] = await readLogs([file], opened, {
      ...this.#options,
      onBan,
      onFlatBans: undefined,
    });
    return { report, bans };
  }

  /**
   * Whether what a log goes on with cannot be known from another one. Nobody appends to an archive: one
   * that goes on was joined from others.
   */
  #isSure({ file, trace, isPlain }: Resumed): boolean {
    const isHome = ({ identity, path }: TracedFile) =>
      identity === file.identity && path === resolve(file.path);
    return isPlain && !trace.isUnsure && (this.#homes.get(trace.id)?.some(isHome) ?? false);
  }

  /** Takes the report on a log; whether it is the one that it was taken for. */
  #take(resumed: Resumed, report: LogReport, isSure: boolean): boolean {
    const { file, trace, before, sight: { head } } = resumed;
    const { reach, error, fault } = report;
    if (reach?.isOther) {
      // An archive in the making is a copy as far as it goes.
      if (fault !== "cut") return false;
      this.#options.onCopy?.(file);
      this.#enter(trace.id, file, true);
      return true;
    }
    this.#reports.push(report);
    if (!reach) return true;
    if (trace.position > 0 && reach.position === trace.position) this.#options.onCopy?.(file);
    const isUnsure = !isSure && reach.length > reach.position;
    if (isUnsure) this.#unsure.add(trace.id);
    this.#traces.set(trace.id, {
      ...traceAfter(trace, reach, { before, head }),
      isUnsure: isUnsure || undefined,
      fault: error,
      files: this.#traces.get(trace.id)?.files ?? [],
    });
    // What the system refuses today it may give tomorrow.
    if (fault !== "system") this.#enter(trace.id, file, !resumed.isPlain);
    return true;
  }

  /** Reads a log from its beginning whose beginning is known, and what follows is not. */
  async #readDoubtful(changed: Changed, opened: OpenLogs): Promise<void> {
    const { file, isPlain, sight: { head } } = changed;
    const start = { position: 0, tail: isPlain ? undefined : NO_TEXT };
    const { report, bans } = await this.#readApart({ ...file, start }, opened);
    if (!report) return;
    this.#reports.push(report);
    this.#doubtful.push(bans);
    const { reach, error, fault } = report;
    if (!reach) return;
    // It may have a lesser trace of its own, from the last time.
    const isOwn = ({ id }: LogTrace) => this.#wasIn(id, file);
    const own = kinOf(changed.sight, this.#traces.values()).slice(1).find(isOwn);
    const trace = { ...this.#newTrace(), ...own && { id: own.id, files: own.files } };
    // An open line may be one that was completed in the log that this is an old copy of.
    const after = traceAfter(trace, { ...reach, open: undefined }, { before: NOTHING, head });
    const isUnsure = reach.length > reach.position || undefined;
    this.#traces.set(trace.id, { ...after, isUnsure, fault: error });
    if (fault !== "system") this.#enter(trace.id, file, !isPlain);
  }

  #enter(id: number, file: LogFile, isFinal: boolean): void {
    const trace = this.#traces.get(id);
    if (!trace) return;
    this.#seen.add(id);
    const files = [...trace.files, tracedFile(file, this.#options.now, isFinal)];
    this.#traces.set(id, { ...trace, files });
  }
}

/** The part of a log that is behind its trace. */
function rest({ file, trace: { position, tail }, isPlain }: Resumed): LogFile {
  return { ...file, start: { position, tail: isPlain ? undefined : tail } };
}

/** Splits logs so that no two of the first part have the same text: the shorter one goes first. */
function oneOfEach<One extends Changed & { trace: LogTrace | undefined }>(
  changed: readonly One[],
): { first: One[]; later: One[] } {
  const first: One[] = [];
  const later: One[] = [];
  const size = ({ file, sight }: One) => sight.length ?? Number.MAX_SAFE_INTEGER / 2 + file.size;
  for (const one of changed.toSorted((a, b) => size(a) - size(b))) {
    const isTaken = first.some((other) => isSameText(one, other));
    (isTaken ? later : first).push(one);
  }
  return { first, later };
}

function isSameText(
  a: Changed & { trace: LogTrace | undefined },
  b: Changed & { trace: LogTrace | undefined },
): boolean {
  if (a.trace && a.trace.id === b.trace?.id) return true;
  const [x, y] = [a.sight.head, b.sight.head];
  const length = Math.min(x.length, y.length);
  return length > 0 && x.subarray(0, length).every((byte, at) => byte === y[at]);
}
