/**
 * Whatever happens to logs, incremental runs count what one scan of all that they saw would count.
 *
 * `PERMABAN_SEED=7` replays one sequence of events, `PERMABAN_SEQUENCES=5000` plays more of them.
 *
 * @module
 */

import { assertEquals, AssertionError } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";
import { ChangingLogs } from "./changing_logs.ts";
import { RandomLines } from "./random_lines.ts";
import { TestHost } from "./test_host.ts";

/** How many sequences are played, and how many texts are split. */
const SEQUENCES = Number(Deno.env.get("PERMABAN_SEQUENCES") ?? 90);
/** The one seed to play, if there is one. */
const SEED = Deno.env.get("PERMABAN_SEED");
/** Events of the shortest sequence, and how many more the longest has. */
const [LEAST_EVENTS, MORE_EVENTS] = [5, 60];
/** Runs on a text that is split, and lines in it, at most. */
const [PIECES, MOST_LINES] = [10, 2000];
/** So many bytes of a log may be used to know it again. */
const HEAD = 1024;
const DAY = 86_400;

/** What may happen, if it can, and how often; the first ones are part of every sequence. */
const HAPPENINGS: readonly (readonly [
  weight: number,
  happen: (play: Play) => string | undefined | Promise<undefined>,
])[] = [
  [16, ({ logs }) => logs.append()],
  [20, (play) => play.run()],
  [5, (play) => play.killAndRun()],
  [2, (play) => play.moveClock()],
  [6, ({ logs }) => logs.appendPart()],
  [8, ({ logs }) => logs.appendLate()],
  [8, ({ logs }) => logs.rotate()],
  [5, ({ logs }) => logs.copyTruncate()],
  [1, ({ logs }) => logs.truncate()],
  [2, ({ logs }) => logs.replace()],
  [3, ({ logs }) => logs.delete()],
  [5, ({ logs }) => logs.compress()],
  [2, ({ logs }) => logs.unpack()],
  [5, ({ logs }) => logs.beginArchive()],
  [12, ({ logs }) => logs.goOnWithArchive()],
  [4, ({ logs }) => logs.copy()],
  [4, ({ logs }) => logs.trim()],
  [1, ({ logs }) => logs.convert()],
  [3, ({ logs }) => logs.join()],
  [4, ({ logs }) => logs.moveOut()],
  [8, ({ logs }) => logs.moveBack()],
  [2, ({ logs }) => logs.touch()],
  [2, ({ logs }) => logs.setBack()],
];
/** How many are the first ones. */
const ALWAYS = 2;
/** In each sequence, each of the others happens so many times as often. */
const TEMPERS = [0, 1, 1, 3];

const COUNTED = ["--quiet", "--min-bans", "1", "--within", "100y"];

/** How a run ended. */
interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function permaban(words: readonly string[], now: number): Promise<Outcome> {
  const host = new TestHost();
  host.clock = now;
  const status = await run(words, host);
  return { status, stdout: host.stdoutText, stderr: host.stderrText };
}

/** A run of the program under test. */
function runIncremental(state: string, glob: string, now: number): Promise<Outcome> {
  const kept = ["--incremental", "--keep", "100y", "--state", state];
  return permaban(["scan", ...kept, ...COUNTED, glob], now);
}

/** What a scan of everything prints. */
async function expectedOf(logs: string, now: number): Promise<string> {
  const { status, stdout, stderr } = await permaban(["scan", ...COUNTED, logs], now);
  assertEquals(status, 0, stderr);
  return stdout;
}

/** Holds a run against what was expected of it. */
function check({ status, stdout, stderr }: Outcome, expected: string, mayBePartial = false): void {
  if (status !== 0 && !(status === 4 && mayBePartial)) {
    throw new AssertionError(`Status ${status}, stderr:\n${stderr}`);
  }
  assertEquals(stdout, expected, stderr);
}

/** Logs to which things happen, with runs in between. */
class Play implements Disposable {
  readonly logs: ChangingLogs;
  readonly #next: () => number;
  readonly #events: string[];
  readonly #state = new Folder();
  readonly #model = new Folder();
  /** How much of each stream is in the model. */
  readonly #written: number[] = [];
  #now = new TestHost().clock;
  #hadHalf = false;

  constructor(next: () => number, events: string[]) {
    this.#next = next;
    this.#events = events;
    this.logs = new ChangingLogs(next);
    this.#model.write("empty", "");
  }

  /** Runs the program and looks at the result. */
  async run(): Promise<undefined> {
    this.#events.push(`run on ${this.logs.see()}`);
    this.#writeModel();
    const mayBePartial = this.logs.isEmpty || this.logs.hasHalf || this.#hadHalf;
    this.#hadHalf = this.logs.hasHalf;
    const expected = await expectedOf(this.#model.path, this.#now);
    const outcome = await runIncremental(this.#state.path, this.logs.glob, this.#now);
    check(outcome, expected, mayBePartial);
  }

  /** Runs twice, as if the first run had not come to the end of what it wrote. */
  async killAndRun(): Promise<undefined> {
    const before = this.#history();
    await this.run();
    const torn = this.#tear(before);
    if (torn === undefined) return;
    this.#events.push(torn);
    await this.run();
  }

  /** Sets the machine's clock. */
  moveClock(): string {
    const days = this.#next() * 5 - 1;
    this.#now += days * DAY;
    return `move the machine's clock by ${days.toFixed(2)} days`;
  }

  [Symbol.dispose](): void {
    for (const folder of [this.logs, this.#state, this.#model]) folder[Symbol.dispose]();
  }

  #writeModel(): void {
    for (const { number, text, seen } of this.logs.streams) {
      if (this.#written[number] === seen) continue;
      this.#model.write(`stream-${number}`, text.slice(0, seen));
      this.#written[number] = seen;
    }
  }

  #history(): Uint8Array | undefined {
    try {
      return Deno.readFileSync(this.#state.at("history"));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  /** Takes back some of what a run wrote; says how much is left. */
  #tear(before: Uint8Array | undefined): string | undefined {
    const after = this.#history();
    const path = this.#state.at("history");
    if (!after || (before && isSame(before, after))) return undefined;
    // What was written anew as a whole is either there or not.
    if (!before) {
      Deno.removeSync(path);
      return "delete the history";
    }
    if (!isSame(before, after.subarray(0, before.length))) {
      Deno.writeFileSync(path, before);
      return "put the old history back";
    }
    const least = before.length;
    const length = least + Math.floor(this.#next() * (after.length - least));
    Deno.truncateSync(path, length);
    return `cut the history from ${after.length} to ${length} bytes, of which ${least} are old`;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Plays a sequence of events; a list is told of each. */
async function play(seed: number, events: string[]): Promise<void> {
  const next = random(seed);
  using play = new Play(next, events);
  const weights = HAPPENINGS.map(([weight], at) =>
    at < ALWAYS ? weight : weight * (TEMPERS[Math.floor(next() * TEMPERS.length)] ?? 0)
  );
  // The lower the seed the fewer events, so that a defect shows in few.
  while (events.length < LEAST_EVENTS + seed % MORE_EVENTS) {
    const [, happen] = HAPPENINGS[weighted(weights, next())] ?? [];
    const event = await happen?.(play);
    if (event !== undefined) events.push(event);
  }
  await play.run();
}

/** The place of the weight that a number from 0 to 1 falls on. */
function weighted(weights: readonly number[], number: number): number {
  let left = number * weights.reduce((sum, weight) => sum + weight, 0);
  return weights.findIndex((weight) => (left -= weight) < 0);
}

/** Runs on a text that is written bit by bit, and once on all of it; a list is told of each. */
async function split(seed: number, events: string[]): Promise<void> {
  const next = random(seed);
  using folder = new Folder();
  const text = new RandomLines(next).lines(Math.floor(next() ** 3 * MOST_LINES));
  const log = folder.write("logs/fail2ban.log", "");
  const now = new TestHost().clock;
  const look = async (name: string) => {
    const state = folder.at(name);
    Deno.mkdirSync(state, { recursive: true });
    check(await runIncremental(state, log, now), await expectedOf(log, now));
  };
  let from = 0;
  for (const to of [...cutsIn(text, next), text.length]) {
    events.push(`write up to ${to} of ${text.length} bytes and run`);
    Deno.writeTextFileSync(log, text.slice(from, to), { append: true });
    from = to;
    await look("state");
  }
  events.push("run on all at once");
  await look("other-state");
}

/** Places in a text, in their order: anywhere, or near its beginning. */
function cutsIn(text: string, next: () => number): number[] {
  const most = next() < 0.5 ? text.length : Math.min(text.length, 2 * HEAD);
  const cuts = Array.from({ length: Math.floor(next() * PIECES) }, () => Math.floor(next() * most));
  return cuts.toSorted((a, b) => a - b);
}

/** Plays with each seed; a failure tells which one it was and what happened. */
async function withSeeds(play: (seed: number, events: string[]) => Promise<void>): Promise<void> {
  const seeds = SEED ? [Number(SEED)] : Array.from({ length: SEQUENCES }, (_, at) => at + 1);
  for (const seed of seeds) {
    const events: string[] = [];
    try {
      await play(seed, events);
    } catch (error) {
      const happened = events.map((event, at) => `${at + 1}. ${event}`).join("\n");
      throw new Error(`PERMABAN_SEED=${seed} replays:\n${happened}`, { cause: error });
    }
  }
}

Deno.test("incremental runs remember all that they saw, whatever happens to the logs", async () => {
  await withSeeds(play);
});

Deno.test("incremental runs on a growing log count what one run on all of it counts", async () => {
  await withSeeds(split);
});
