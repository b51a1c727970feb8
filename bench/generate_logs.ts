/**
 * Writes fail2ban logs as a server gathers them over months, and the true answer along with them.
 *
 *     deno run --allow-write bench/generate_logs.ts --out DIR --seed 7 --files 13 --lines 400000
 *
 * The same options give the same text on every machine, on every day.
 *
 * @module
 */
// deno-lint-ignore-file no-console
import { parseArgs } from "node:util";
import { addressSource, type AddressSpace } from "./address_source.ts";
import { AttackerPicker, makeAttackers } from "./attacker.ts";
import { LINE_STYLES, lineStyle } from "./line_style.ts";
import { LogStory } from "./log_story.ts";
import { shareOption, wholeNumber } from "./option_value.ts";
import { Random } from "./random.ts";
import { offendersOf, type Truth } from "./truth.ts";
import { TruthRecorder } from "./truth_recorder.ts";
import { type LogPlan, writeLog } from "./write_log.ts";

/** What logs to write. */
export interface LogOptions {
  /** Where all randomness comes from. */
  readonly seed: number;
  /** How many files, each a week. */
  readonly files: number;
  /** How many lines in each. */
  readonly lines: number;
  /** Which part of all lines are bans. */
  readonly banShare: number;
  /** The name of a {@linkcode LINE_STYLES} entry, or `mixed`: each file another one, newest first. */
  readonly style: string;
  /** How files are named: `fail2ban.log.1` (`number`) or `fail2ban.log-20260222` (`date`). */
  readonly naming: "number" | "date";
  /** Time of the newest line, in milliseconds since 1970. */
  readonly end: number;
  /** How many attackers there are. */
  readonly attackers: number;
  /** How many of them are about equally active. */
  readonly flatness: number;
  /** Which addresses may appear. */
  readonly space: AddressSpace;
}

/** What holds where nothing else is asked for. */
export const LOG_DEFAULTS: LogOptions = {
  seed: 1,
  files: 4,
  lines: 10_000,
  banShare: 0.12,
  style: "1.x",
  naming: "number",
  end: Date.UTC(2026, 2, 1),
  attackers: 100_000,
  flatness: 10,
  space: "public",
};

/** Each ban ends, and most bring further lines along, so that more would not fit. */
const MOST_BANS = 0.3;
const WEEK = 7 * 86_400_000;

/**
 * Writes a set of logs.
 *
 * @param folder Where to; it is made if it is not there.
 * @param options What to write; see {@linkcode LOG_DEFAULTS}.
 * @returns What the logs contain.
 */
export async function generateLogs(
  folder: string,
  options: Partial<LogOptions> = {},
): Promise<Truth> {
  const all = { ...LOG_DEFAULTS, ...options };
  return await writeLogs(folder, planLogs(all), all);
}

/**
 * Writes given files, in the order given, as parts of one story.
 *
 * @param folder Where to; it is made if it is not there.
 * @param plans The files, the oldest first.
 * @param options Seed, attackers and shares.
 * @returns What the logs contain.
 */
export async function writeLogs(
  folder: string,
  plans: readonly LogPlan[],
  options: LogOptions,
): Promise<Truth> {
  await Deno.mkdir(folder, { recursive: true });
  const story = makeStory(options);
  const recorder = new TruthRecorder();
  for (const plan of plans) await writeLog(folder, plan, story, recorder);
  return recorder.truth();
}

/**
 * Decides which files there are: the two newest plain, the others compressed, as Debian rotates.
 *
 * @param options What to write.
 * @returns The files, the oldest first.
 */
export function planLogs(options: LogOptions): LogPlan[] {
  const plan = (age: number): LogPlan => {
    const end = options.end - age * WEEK;
    return {
      name: logName(age, end, options.naming),
      style: options.style === "mixed" ? mixedStyle(age) : lineStyle(options.style),
      lines: options.lines,
      start: end - WEEK,
      end,
    };
  };
  return Array.from({ length: options.files }, (_, age) => plan(age)).reverse();
}

/**
 * Begins the story that a set of options tells.
 *
 * @param options Seed, attackers and shares.
 * @returns The story.
 */
export function makeStory(options: LogOptions): LogStory {
  const random = new Random(options.seed);
  const source = addressSource(random, options.space);
  const attackers = makeAttackers(random, source, options.attackers);
  const picker = new AttackerPicker(random, attackers, options.flatness);
  const liveBans = Math.max(3, Math.min(200, Math.floor(options.lines / 100)));
  return new LogStory(random, picker, { banShare: options.banShare, liveBans });
}

function mixedStyle(age: number) {
  const style = LINE_STYLES[age % LINE_STYLES.length];
  if (style === undefined) throw new Error("There are no styles");
  return style;
}

function logName(age: number, end: number, naming: LogOptions["naming"]): string {
  if (age === 0) return "fail2ban.log";
  const date = new Date(end).toISOString().slice(0, 10).replaceAll("-", "");
  const suffix = naming === "date" ? `-${date}` : `.${age}`;
  return `fail2ban.log${suffix}${age > 1 ? ".gz" : ""}`;
}

const HELP = `Usage: generate_logs.ts --out DIR [OPTION…]

Writes fail2ban logs into DIR. Every option has a default, and equal options give equal text.

  --seed N           where all randomness comes from (${LOG_DEFAULTS.seed})
  --files N          how many files, a week each (${LOG_DEFAULTS.files})
  --lines N          lines in each (${LOG_DEFAULTS.lines})
  --ban-share X      part of the lines that are bans (${LOG_DEFAULTS.banShare})
  --style NAME       ${LINE_STYLES.map((style) => style.name).join(", ")} or mixed (1.x)
  --naming KIND      number: fail2ban.log.2.gz, date: fail2ban.log-20260222.gz (number)
  --end DATE         time of the newest line, UTC (2026-03-01)
  --attackers N      how many there are (${LOG_DEFAULTS.attackers})
  --flatness N       how many of them are about equally active (${LOG_DEFAULTS.flatness})
  --space SPACE      public or documentation: which addresses appear (public)
  --truth FILE       write the true answer there, as JSON
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP.trimEnd());
  if (values.out === undefined) throw new TypeError("Missing --out DIR, see --help");
  const truth = await generateLogs(values.out, readOptions(values));
  if (values.truth !== undefined) await Deno.writeTextFile(values.truth, JSON.stringify(truth));
  const { lines, bytes, bans, decoys } = truth;
  const offenders = offendersOf(truth).length;
  console.log(JSON.stringify({ lines, bytes, bans, decoys, offenders }));
}

const OPTIONS = {
  seed: { type: "string" },
  files: { type: "string" },
  lines: { type: "string" },
  "ban-share": { type: "string" },
  style: { type: "string" },
  naming: { type: "string" },
  end: { type: "string" },
  attackers: { type: "string" },
  flatness: { type: "string" },
  space: { type: "string" },
  out: { type: "string" },
  truth: { type: "string" },
  help: { type: "boolean" },
} as const;

type RawOptions = Partial<Record<Exclude<keyof typeof OPTIONS, "help">, string>>;

function readOptions(raw: RawOptions): LogOptions {
  const d = LOG_DEFAULTS;
  const space = oneOf("space", raw.space ?? d.space, ["public", "documentation"] as const);
  return {
    seed: wholeNumber("seed", raw.seed, d.seed),
    files: wholeNumber("files", raw.files, d.files),
    lines: wholeNumber("lines", raw.lines, d.lines),
    banShare: shareOption("ban-share", raw["ban-share"], d.banShare, MOST_BANS),
    style: raw.style ?? d.style,
    naming: oneOf("naming", raw.naming ?? d.naming, ["number", "date"] as const),
    end: instant(raw.end) ?? d.end,
    attackers: wholeNumber("attackers", raw.attackers, space === "public" ? d.attackers : 120),
    flatness: wholeNumber("flatness", raw.flatness, d.flatness),
    space,
  };
}

function instant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Date.parse(/\dT\d/.test(text) ? `${text.replace(/Z$/, "")}Z` : text);
  if (Number.isFinite(value)) return value;
  throw new RangeError(`Cannot read --end "${text}", wanted is 2026-03-01 or 2026-03-01T12:00:00`);
}

function oneOf<T extends string>(name: string, text: string, wanted: readonly T[]): T {
  const found = wanted.find((value) => value === text);
  if (found !== undefined) return found;
  throw new RangeError(`Cannot use --${name} "${text}", there are ${wanted.join(", ")}`);
}

if (import.meta.main) await main();
