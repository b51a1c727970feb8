/**
 * The history of bans: every ban that was ever read, and how far each log was.
 *
 * It is one file (`history_block.ts` tells its format). What is new is appended: bans first, then the
 * state that makes them count, so that a run that is killed was none. When more than a third of the
 * file is obsolete it is written anew. To learn that nothing is new, only its end is read.
 *
 * @module
 */

import { isThere } from "../file/is_there.ts";
import { formatNetwork, holds, type Network, parseNetwork } from "../ip/network.ts";
import { type BanBatch, BanPacker, unpackBans } from "../log/ban_batch.ts";
import type { Ban } from "../log/ban.ts";
import { fingerprintOf, isFingerprintOf } from "../log/fingerprint.ts";
import type { LogTrace } from "../log/log_trace.ts";
import {
  bansOfBytes,
  bansToBytes,
  type Block,
  blocksOf,
  HEADER,
  jsonOfBytes,
  jsonToBytes,
  lengthOf,
  toBlock,
  VERSION,
  versionOf,
} from "./history_block.ts";
import {
  type Answer,
  EMPTY_STATE,
  type Gone,
  type HistoryState,
  opensOf,
  stateOfJson,
  stateToJson,
  traceOfJson,
  traceToJson,
} from "./history_state.ts";
import { appendTo, linkAside, readWhole, removeIfThere, stateAtEnd } from "./history_bytes.ts";
import { HistoryDamage, HistoryError } from "./history_error.ts";
import { SortedBans } from "./sorted_bans.ts";

/** What a run adds. */
export interface HistoryNews {
  /** New bans. */
  readonly batches: readonly BanBatch[];
  /** Traces of the logs that are there. */
  readonly traces: readonly LogTrace[];
  /** Traces of logs that no longer are. */
  readonly gone: readonly LogTrace[];
  /** The number of the next new trace. */
  readonly nextId: number;
}

/** What is dropped when a history is written anew. */
export interface Dropped {
  /** Of the addresses in these, no ban is kept, and none of those dropped is taken again. */
  readonly networks: readonly Network[];
  /** No ban before this instant is kept, in seconds since 1970. */
  readonly before: number;
}

/** As much may be obsolete at least before the file is written anew. Bytes. */
const SLACK = 256 * 1024;

/** What is dropped for good may go on so many times as fast as the clock, until it has caught up. */
const CATCH_UP = 2;
/** And at a time by so much of what is kept, or by a week where that is more and not half of it. */
const MOST_AT_ONCE = 0.1;
const WEEK = 7 * 86_400;

/** The history in a file that its user holds a lock on. */
export class History {
  /** The state as it is in the file, or will be after the next {@linkcode History.commit}. */
  state: HistoryState;
  /** Where a damaged history was put, if there was one, and whether bans of it are kept. */
  setAside: { readonly path: string; readonly isSalvaged: boolean } | undefined;
  /** Whether something stands behind the last state: a run that was killed left it, or the file was cut. */
  isCut = false;
  readonly #target: string;
  /** The length of the file up to the last state, in bytes; 0 if there is none. */
  #length: number;
  /** All but the state, once it was read. */
  #loaded: { batches: BanBatch[]; gone: Map<number, Gone> } | undefined;
  readonly #now: number;
  readonly #isLookingOnly: boolean;
  /** The share of bans that are not dropped for good, as far as that was counted. */
  #keptShare = 1;
  /** Bans before this instant are too old by what the clock says now. */
  #cutoff = -Infinity;

  /**
   * Opens a history.
   *
   * @param target The file, no symbolic link; it need not be there.
   * @param now The time, in seconds since 1970.
   * @param how Whether it is only looked at, so that it needs no lock and nothing is set aside.
   * @throws {HistoryError} If a later version of permaban wrote it, or its end is damaged and it is
   *   only looked at.
   * @throws {Error} If the system refuses.
   */
  constructor(target: string, now: number, how: { readonly isLookingOnly?: boolean } = {}) {
    this.#target = target;
    this.#now = now;
    this.#isLookingOnly = how.isLookingOnly ?? false;
    const end = stateAtEnd(target);
    this.state = end?.state ?? EMPTY_STATE;
    this.#length = end?.length ?? 0;
    if (!end) this.#loadOrPutAside();
  }

  /** Whether a ban was forgotten, so that it is not to be taken again. */
  isForgotten({ network, time }: Ban): boolean {
    const { forgotten = [] } = this.state;
    return network !== undefined &&
      forgotten.some((one) => time <= one.until && holds(parseNetwork(one.network), network));
  }

  /** The size of the file, in bytes. */
  get size(): number {
    return this.#length;
  }

  /** The logs that are gone, when that was seen and what was read of them. */
  gone(): LogTrace[] {
    return Array.from(this.#load().gone.values(), ({ trace }) => trace);
  }

  /** The time of the latest ban that is kept, in seconds since 1970; -Infinity where there is none. */
  get newest(): number {
    return this.state.newest ?? -Infinity;
  }

  /** Hands out all bans that are kept. */
  bans(onBan: (ban: Ban) => void): void {
    const from = Math.max(this.#cutoff, this.state.horizon ?? -Infinity);
    const take = (ban: Ban) => ban.time >= from && onBan(ban);
    this.wholeBans(take);
    for (const { open } of [...this.state.traces, ...this.gone()]) if (open) take(open);
  }

  /** Hands out all bans that are not dropped for good, but those in last lines without an end. */
  wholeBans(onBan: (ban: Ban) => void): void {
    const { batches } = this.#load();
    const horizon = this.state.horizon ?? -Infinity;
    let [kept, all] = [0, 0];
    const take = (ban: Ban) => {
      if (ban.time < horizon) return;
      kept++;
      onBan(ban);
    };
    for (const batch of batches) {
      all += batch.count;
      unpackBans(batch, take);
    }
    this.#keptShare = all === 0 ? 1 : kept / all;
  }

  /**
   * Leaves bans out that are too old, and drops them for good.
   *
   * The clock may be wrong, for fail2ban too, so that its newest ban tells nothing. So what is dropped for
   * good goes on only as far as the time that has passed since the last run lets it, and never by more
   * than a tenth of what is kept, or a week, at a time.
   *
   * @param keep How long bans are kept, in seconds.
   * @param newest The time of the latest new ban, in seconds since 1970; -Infinity where there is none.
   */
  dropOlder(keep: number, newest: number): void {
    const { horizon, at } = this.state;
    const latest = Math.max(newest, this.newest);
    if (latest === -Infinity) return;
    this.#cutoff = Math.floor(Math.min(this.#now, latest) - keep);
    const most = Math.max(MOST_AT_ONCE * keep, Math.min(WEEK, keep / 2));
    const step = Math.min(CATCH_UP * Math.max(0, this.#now - at), most);
    const next = horizon === null
      ? this.#cutoff
      : Math.max(horizon, Math.min(this.#cutoff, Math.floor(horizon + step)));
    this.state = { ...this.state, newest: latest, horizon: next };
  }

  /** How many bans of some are older than what is kept. */
  tooOld(batches: readonly BanBatch[]): number {
    let count = 0;
    for (const batch of batches) {
      unpackBans(batch, ({ time }) => count += time < this.#cutoff ? 1 : 0);
    }
    return count;
  }

  /** Keeps what is new: for good, or only here where the history is only looked at. */
  async commit({ batches, traces, gone, nextId }: HistoryNews): Promise<void> {
    const bans = batches.filter(({ count }) => count > 0);
    const isSame = bans.length === 0 && opensOf(traces) === opensOf(this.state.traces);
    const blocks = bans.map((batch) => toBlock("B", bansToBytes(batch)));
    if (gone.length > 0) blocks.push(goneBlock(gone.map((trace) => ({ at: this.#now, trace }))));
    const useful = this.state.useful + lengthOf(blocks);
    const answer = isSame ? this.state.answer : undefined;
    this.state = { ...this.state, traces, nextId, useful, at: this.#now, answer };
    if (this.#loaded) {
      this.#loaded.batches.push(...bans);
      for (const trace of gone) this.#loaded.gone.set(trace.id, { at: this.#now, trace });
      for (const { id } of traces) this.#loaded.gone.delete(id);
    }
    if (this.#isLookingOnly) return;
    if (this.#length === 0) await this.rewrite();
    else this.#append(blocks);
  }

  /** Writes the history anew if much of it is obsolete. */
  async tidy(): Promise<void> {
    if (this.#isLookingOnly) return;
    const useful = this.state.useful * this.#keptShare;
    if (this.#length > 1.5 * useful + SLACK) await this.rewrite();
  }

  /**
   * Keeps what was made of the history, until that changes.
   *
   * @param answer What was made of it.
   * @param printed What was printed, and until when that holds, in seconds since 1970.
   */
  answer(answer: Answer, printed?: { readonly until: number; readonly text: string }): void {
    this.state = { ...this.state, answer };
    if (printed) {
      const text = new TextEncoder().encode(printed.text);
      const { until } = printed;
      this.state = {
        ...this.state,
        answer: { ...answer, printed: { until, text: fingerprintOf(text) } },
      };
      // Made anew, so that no link is followed.
      removeIfThere(this.#printedPath);
      Deno.writeFileSync(this.#printedPath, text, { createNew: true, mode: 0o600 });
    }
    this.#append([]);
  }

  /** What was printed the last time, if it is there, whole. */
  printed(): Uint8Array | undefined {
    if (!isThere(this.#printedPath) || !Deno.lstatSync(this.#printedPath).isFile) return undefined;
    const text = readWhole(this.#printedPath);
    const print = this.state.answer?.printed?.text;
    return print && isFingerprintOf(print, text) ? text : undefined;
  }

  get #printedPath(): string {
    return `${this.#target}.printed`;
  }

  /** Writes the history anew, without what is to be dropped. */
  async rewrite(dropped?: Dropped): Promise<void> {
    const loaded = this.#load();
    const before = dropped?.before ?? -Infinity;
    // Of what is yet to come, nothing is to be dropped.
    const horizon = Math.max(this.state.horizon ?? -Infinity, Math.min(before, this.#now));
    const forgotten = (dropped?.networks ?? []).map((network) => ({ network, until: -Infinity }));
    const isDropped = ({ network, time }: Ban) => {
      const one = network && forgotten.find((one) => holds(one.network, network));
      // A ban of a wrong clock is not to hide those that come until then.
      if (one) one.until = Math.max(one.until, Math.min(time, this.#now));
      return one !== undefined;
    };
    const isKept = (ban: Ban) => ban.time >= Math.max(horizon, before) && !isDropped(ban);
    const batches: BanBatch[] = [];
    const packer = new BanPacker((batch) => batches.push(batch));
    // Those of one address together take less room, and a fraction of the time to count.
    const sorted = new SortedBans();
    for (const batch of loaded.batches) unpackBans(batch, (ban) => isKept(ban) && sorted.add(ban));
    sorted.forEach((ban) => packer.add(ban));
    packer.flush();
    const withoutDropped = (trace: LogTrace) =>
      trace.open && !isKept(trace.open) ? { ...trace, open: undefined } : trace;
    const gone = Array.from(loaded.gone.values())
      .filter(({ at }) => at >= horizon)
      .map(({ at, trace }) => ({ at, trace: withoutDropped(trace) }));
    const blocks = batches.map((batch) => toBlock("B", bansToBytes(batch)));
    if (gone.length > 0) blocks.push(goneBlock(gone));
    this.state = {
      ...this.state,
      traces: this.state.traces.map(withoutDropped),
      horizon: Number.isFinite(horizon) ? horizon : null,
      useful: lengthOf(blocks),
      forgotten: [
        ...this.state.forgotten ?? [],
        ...forgotten.map((one) => ({ ...one, network: formatNetwork(one.network) })),
      ].filter(({ until }) => until >= horizon && until > -Infinity),
      answer: dropped ? undefined : this.state.answer,
    };
    this.#keptShare = 1;
    const pieces = [HEADER, ...blocks, this.#stateBlock()];
    // Loaded here, because a run that finds nothing new should not wait for it.
    const { replaceFile } = await import("../file/replace_file.ts");
    if (!await replaceFile(this.#target, () => pieces)) {
      throw new HistoryError("Another program is writing to it", "find out which, and try again");
    }
    this.#length = lengthOf(pieces);
    this.#loaded = { batches, gone: new Map(gone.map((one) => [one.trace.id, one])) };
  }

  /**
   * Gives the file, which is damaged, a further name; the bans in its whole blocks are kept. Under its
   * own name it is replaced by the next {@linkcode History.commit}, and not before.
   */
  putAside(): void {
    const path = linkAside(this.#target, this.#now);
    const digests = new Set<string>();
    const { blocks } = blocksOf(readWhole(this.#target));
    const bans = blocks.filter(({ kind, payload }) => {
      const { digest, length } = fingerprintOf(payload);
      // Damage may have left a part of the file there twice.
      const isNew = kind === "B" && !digests.has(`${length} ${digest}`);
      digests.add(`${length} ${digest}`);
      return isNew;
    });
    this.#loaded = { batches: [], gone: new Map() };
    for (const block of bans) this.#take(block);
    // Of what is left, nobody knows from which logs it was; so all that is read now may be known.
    let newest = -Infinity;
    for (const batch of this.#loaded.batches) {
      unpackBans(batch, ({ time }) => newest = Math.max(newest, time));
    }
    const last = blocks.findLast(({ kind }) => kind === "S");
    const { forgotten, horizon = null } = last
      ? stateOfJson(jsonOfBytes(last.payload))
      : EMPTY_STATE;
    const kept = { ...EMPTY_STATE, forgotten, horizon };
    this.state = newest > -Infinity ? { ...kept, newest } : kept;
    this.setAside = { path, isSalvaged: bans.length > 0 };
    this.#length = 0;
  }

  #stateBlock(): Uint8Array {
    return toBlock("S", jsonToBytes(stateToJson(this.state)));
  }

  /** Appends blocks and a state. */
  #append(blocks: readonly Uint8Array[]): void {
    const state = this.#stateBlock();
    appendTo(this.#target, this.#length, [blocks, [state]]);
    this.#length += lengthOf(blocks) + state.length;
  }

  #loadOrPutAside(): void {
    try {
      this.#load();
    } catch (error) {
      if (this.#isLookingOnly || !(error instanceof HistoryDamage)) throw error;
      this.putAside();
    }
  }

  /** @throws {HistoryDamage} If it is damaged. */
  #load(): { batches: BanBatch[]; gone: Map<number, Gone> } {
    if (this.#loaded) return this.#loaded;
    const bytes = readWhole(this.#target);
    const version = versionOf(bytes);
    if (version !== undefined && version > VERSION) {
      throw new HistoryError(
        `A later version of permaban wrote it, in format ${version}`,
        "use that version, or name another folder with --state",
      );
    }
    const { blocks, isDamaged } = blocksOf(bytes);
    const last = blocks.findLastIndex(({ kind }) => kind === "S");
    // What was ever written as a whole ends with a state.
    if (isDamaged || (last < 0 && isThere(this.#target))) throw new HistoryDamage();
    const loaded = { batches: [] as BanBatch[], gone: new Map<number, Gone>() };
    this.#loaded = loaded;
    for (const block of blocks.slice(0, last + 1)) this.#take(block);
    for (const { id } of this.state.traces) loaded.gone.delete(id);
    this.#length = blocks[last]?.to ?? 0;
    this.isCut = this.#length < bytes.length;
    return loaded;
  }

  #take({ kind, payload }: Block): void {
    if (kind === "B") this.#loaded?.batches.push(bansOfBytes(payload));
    else if (kind === "S") this.state = stateOfJson(jsonOfBytes(payload));
    else {
      for (const { at, trace } of jsonOfBytes(payload) as { at: number; trace: unknown }[]) {
        const gone = traceOfJson(trace);
        this.#loaded?.gone.set(gone.id, { at, trace: gone });
      }
    }
  }
}

function goneBlock(gone: readonly Gone[]): Uint8Array {
  return toBlock(
    "R",
    jsonToBytes(gone.map(({ at, trace }) => ({ at, trace: traceToJson(trace) }))),
  );
}
