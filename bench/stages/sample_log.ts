import { LOG_DEFAULTS, makeStory, planLogs } from "../generate_logs.ts";
import { TruthRecorder } from "../truth_recorder.ts";
import { logBlocks } from "../write_log.ts";

/** When the newest line of every sample was written, in seconds since 1970. */
export const NEWEST = LOG_DEFAULTS.end / 1000;

/** The lines of a log that may be bans. */
export interface BanLines {
  /** The lines with their ends, and nothing else. */
  readonly bytes: Uint8Array;
  /** Where each line begins, where its `Ban` stands, and where it ends. */
  readonly places: readonly (readonly [from: number, mark: number, to: number])[];
}

/**
 * Makes the text of a log.
 *
 * @param style How its lines look, as `generate_logs.ts` calls it.
 * @param lines How many there are.
 * @returns The text.
 */
export function sampleLog(style = "1.x", lines = 20_000): Uint8Array<ArrayBuffer> {
  const options = { ...LOG_DEFAULTS, style, lines, files: 1, attackers: 5000 };
  const blocks = planLogs(options).map((plan) => [
    ...logBlocks(plan, makeStory(options), new TruthRecorder()),
  ]);
  return joined(blocks.flat());
}

/**
 * Finds the lines of a log that may be bans, without the code that is measured.
 *
 * @param log The text.
 * @returns The lines, apart from all others.
 */
export function banLines(log: Uint8Array): BanLines {
  // A character for each byte, so that places in the one are places in the other.
  const text = new TextDecoder("latin1").decode(log);
  const lines: Uint8Array[] = [];
  const places: [number, number, number][] = [];
  const marks = /\] (?:Restore )?(?=Ban )/g;
  let length = 0;
  while (marks.test(text)) {
    const start = text.lastIndexOf("\n", marks.lastIndex) + 1;
    const end = text.indexOf("\n", marks.lastIndex);
    lines.push(log.subarray(start, end + 1));
    places.push([length, length + marks.lastIndex - start, length + end - start]);
    length += end + 1 - start;
    marks.lastIndex = end;
  }
  return { bytes: joined(lines), places };
}

/**
 * Puts pieces of bytes together.
 *
 * @param pieces The pieces, in order.
 * @returns All their bytes.
 */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
