/**
 * What a history holds besides bans: how far each log was read, and what was done about it.
 *
 * @module
 */

import { formatNetwork, parseNetwork } from "../ip/network.ts";
import type { Ban } from "../log/ban.ts";
import type { Fingerprint } from "../log/fingerprint.ts";
import type { LogTrace } from "../log/log_trace.ts";

/**
 * What was made of the history the last time, so that it need not be made again.
 *
 * With time, bans grow too old to count, and no others begin to, but those of who is allowed for a
 * time; so what was not an offender is none later, and what was found of others holds until the first
 * of their bans is too old.
 */
export interface Answer {
  /** What was asked, in any words. */
  readonly question: string;
  /** When, in seconds since 1970. */
  readonly at: number;
  /** How many offenders there were. */
  readonly offenders: number;
  /** Until when that holds, where time alone changes it: then who was allowed counts, or an entry lapses. */
  readonly until?: number | undefined;
  /** The state of the blocklist that they all were on then, in any words. */
  readonly listed?: string | undefined;
  /** What was printed: until when that holds, in seconds since 1970, and its fingerprint. */
  readonly printed?: { readonly until: number; readonly text: Fingerprint } | undefined;
}

/** Bans that were forgotten: of the addresses in a network, up to an instant. */
export interface Forgotten {
  /** The network, in text. */
  readonly network: string;
  /** The instant, in seconds since 1970. */
  readonly until: number;
}

/** The state. */
export interface HistoryState {
  /** The logs that were there the last time. */
  readonly traces: readonly LogTrace[];
  /** The number of the next new trace. */
  readonly nextId: number;
  /** Bans before this instant (seconds since 1970) are dropped; `null` before the first ban. */
  readonly horizon: number | null;
  /** The time of the latest ban there was, in seconds since 1970. */
  readonly newest?: number;
  /** When the state was written, in seconds since 1970. */
  readonly at: number;
  /** How much of the file is not made obsolete by what stands behind it, in bytes; an estimate. */
  readonly useful: number;
  /** What is never to come back, however often a log is read. */
  readonly forgotten?: readonly Forgotten[] | undefined;
  /** What was made of it. */
  readonly answer?: Answer | undefined;
}

/** The state of a new history. */
export const EMPTY_STATE: HistoryState = {
  traces: [],
  nextId: 1,
  horizon: null,
  at: 0,
  useful: 0,
};

/** A log that is gone, and when that was seen, in seconds since 1970. */
export interface Gone {
  /** When, in seconds since 1970. */
  readonly at: number;
  /** What was kept of it. */
  readonly trace: LogTrace;
}

/** A trace as JSON has it: an address cannot be a number there. */
export function traceToJson(trace: LogTrace): object {
  return { ...trace, open: trace.open && banToJson(trace.open) };
}

/** The trace that JSON stands for. */
export function traceOfJson(json: unknown): LogTrace {
  const trace = json as LogTrace & { readonly open?: unknown };
  return { ...trace, open: trace.open === undefined ? undefined : banOfJson(trace.open) };
}

/** A state as JSON has it. */
export function stateToJson(state: HistoryState): object {
  return { ...state, traces: state.traces.map(traceToJson) };
}

/** The state that JSON stands for. */
export function stateOfJson(json: unknown): HistoryState {
  const state = json as HistoryState;
  return { ...state, traces: state.traces.map(traceOfJson) };
}

function banToJson({ network, ...ban }: Ban): object {
  return { ...ban, network: network && formatNetwork(network) };
}

function banOfJson(json: unknown): Ban {
  const { network, ...ban } = json as Omit<Ban, "network"> & { readonly network?: string };
  return { ...ban, network: network === undefined ? undefined : parseNetwork(network) };
}

/** The bans in last lines without an end, in words. */
export function opensOf(traces: readonly LogTrace[]): string {
  const opens = traces.filter(({ open }) => open).map(traceToJson);
  return JSON.stringify(opens);
}
