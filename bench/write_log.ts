import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { LineStyle } from "./line_style.ts";
import type { LogStory } from "./log_story.ts";
import { Random } from "./random.ts";
import type { TruthRecorder } from "./truth_recorder.ts";

/** One log to write. */
export interface LogPlan {
  /** The file's name; one that ends in `.gz` is compressed. */
  readonly name: string;
  /** How its lines look. */
  readonly style: LineStyle;
  /** How many lines. */
  readonly lines: number;
  /** No line is older, in milliseconds since 1970. */
  readonly start: number;
  /** The time of the newest line and of the file's last modification. */
  readonly end: number;
}

/** Large enough that the cost of each write does not show, small enough to stay in the cache. */
const BLOCK = 64 * 1024;

/**
 * Writes the next part of a story into a file.
 *
 * @param folder Where the file goes.
 * @param plan What to write.
 * @param story Who goes on telling.
 * @param recorder Takes note of what was written.
 */
export async function writeLog(
  folder: string,
  plan: LogPlan,
  story: LogStory,
  recorder: TruthRecorder,
): Promise<void> {
  const path = `${folder}/${plan.name}`;
  const blocks = Readable.from(logBlocks(plan, story, recorder));
  const file = createWriteStream(path);
  // gzip's own level; zlib leaves the time in the header at 0, so equal text gives equal bytes.
  if (plan.name.endsWith(".gz")) await pipeline(blocks, createGzip({ level: 6 }), file);
  else await pipeline(blocks, file);
  await Deno.utime(path, plan.end / 1000, plan.end / 1000);
}

/**
 * Tells the next part of a story as blocks of encoded lines.
 *
 * @param plan What to tell.
 * @param story Who goes on telling.
 * @param recorder Takes note of what was told.
 * @returns The blocks.
 */
export function* logBlocks(
  plan: LogPlan,
  story: LogStory,
  recorder: TruthRecorder,
): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  const jitter = new Random(plan.end);
  const restartAt = Math.floor(plan.lines * 0.6);
  recorder.startFile(plan.name, plan.style.name);
  let text = "";
  let instant = plan.start;
  for (let index = 0; index < plan.lines; index++) {
    // The lines of one event follow each other within milliseconds.
    const soon = Math.min(plan.end, instant + jitter.below(20));
    const slot = lineTime(plan, index, jitter);
    instant = story.isMidEvent && index + 1 < plan.lines ? soon : Math.max(instant, slot);
    if (index === restartAt) story.restart(plan.style.era, instant);
    const message = story.next(plan.style.era, instant);
    recorder.line(message, plan.style.timed ? instant : plan.end);
    text += `${plan.style.line(instant, message)}\n`;
    if (text.length < BLOCK && index + 1 < plan.lines) continue;
    const block = encoder.encode(text);
    recorder.bytes(block.length);
    text = "";
    yield block;
  }
}

/** Gives each line a slot of its own and a moment in it; the newest stands at the file's end. */
function lineTime({ start, end, lines }: LogPlan, index: number, jitter: Random): number {
  const left = lines - 1 - index + (index + 1 < lines ? jitter.fraction() : 0);
  return end - Math.floor((end - start) * (left / lines));
}
