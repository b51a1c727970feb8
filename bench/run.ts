/**
 * Measures permaban beside the tools that people use instead, on inputs made for it.
 *
 *     make bench
 *     PERMABAN=dist/permaban deno run -A bench/run.ts --files 13 --lines 400000 --runs 5
 *
 * Everybody does the same job on the same files in turn, the answers are compared, and who is not
 * installed is named. The tables go to stdout as Markdown, all else to stderr.
 *
 * @module
 */
// deno-lint-ignore-file no-console
import { parseArgs } from "node:util";
import { BenchInputs } from "./bench_inputs.ts";
import { addRace, restoreRace } from "./list_races.ts";
import { Stopwatch, succeeds } from "./measure.ts";
import { wholeNumber } from "./option_value.ts";
import { type Race, type RaceResult, runRace } from "./race.ts";
import { resultTable } from "./result_table.ts";
import { scanRace } from "./scan_race.ts";
import { startRace } from "./start_race.ts";

/** How much is measured. */
interface Size {
  readonly files: number;
  readonly lines: number;
  readonly runs: number;
  readonly attackers: number;
  /** How the lines of the logs look, or `mixed`. */
  readonly style: string;
  /** Lengths of the lists that a batch is made of. */
  readonly lists: readonly number[];
  /** Length of the list that is taken in. */
  readonly added: number;
}

const FULL: Size = {
  files: 13,
  lines: 400_000,
  runs: 5,
  attackers: 100_000,
  style: "1.x",
  lists: [100_000, 1_000_000],
  added: 100_000,
};

/** Enough to see that everything works, in some seconds. */
const SMALL: Size = {
  files: 14,
  lines: 2000,
  runs: 2,
  attackers: 1000,
  style: "mixed",
  lists: [2000, 20_000],
  added: 2000,
};

const HELP = `Usage: run.ts [OPTION…]

Measures permaban (PERMABAN, or dist/permaban) beside other tools.

  --files N    logs to scan (${FULL.files})
  --lines N    lines in each (${FULL.lines})
  --runs N     rounds that count (${FULL.runs})
  --style S    how the lines of the logs look: 1.x, mixed and others (${FULL.style})
  --small      small inputs and ${SMALL.runs} rounds: only to see that all of it works
  --only WORD  only what has the word in its title: count, batch, take, start
  --cache DIR  where inputs are kept (.tools/bench-cache)
`;

const OPTIONS = {
  files: { type: "string" },
  lines: { type: "string" },
  runs: { type: "string" },
  style: { type: "string" },
  only: { type: "string" },
  cache: { type: "string" },
  small: { type: "boolean" },
  help: { type: "boolean" },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    console.log(HELP.trimEnd());
    return 0;
  }
  const base = values.small ? SMALL : FULL;
  const size = {
    ...base,
    files: wholeNumber("files", values.files, base.files),
    lines: wholeNumber("lines", values.lines, base.lines),
    style: values.style ?? base.style,
    runs: Math.max(1, wholeNumber("runs", values.runs, base.runs)),
  };
  const permaban = await findPermaban();
  const cache = values.cache ?? new URL("../.tools/bench-cache", import.meta.url).pathname;
  await Deno.mkdir(cache, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: cache, prefix: "run-" });
  try {
    return await measureAll(permaban, size, values.only ?? "", cache, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureAll(
  permaban: string,
  size: Size,
  only: string,
  cache: string,
  folder: string,
): Promise<number> {
  const stopwatch = await Stopwatch.create(folder);
  console.log(await headline(permaban, size.runs));
  let problems = 0;
  for await (const race of races(permaban, size, only.toLowerCase(), cache, folder)) {
    console.error(`${race.title} …`);
    const result: RaceResult = await runRace(race, size.runs, stopwatch, folder, isPresent);
    console.log(resultTable(result));
    problems += result.problems.length;
  }
  return problems === 0 ? 0 : 1;
}

/** Makes the inputs of a race only when it is its turn, and only if it is wanted. */
async function* races(
  permaban: string,
  size: Size,
  only: string,
  cache: string,
  folder: string,
): AsyncGenerator<Race> {
  const inputs = new BenchInputs(cache, (text) => console.error(text));
  const wanted = (...words: string[]) => words.some((word) => word.includes(only));
  const { files, lines, attackers, style } = size;
  if (wanted("count bans", "scan")) {
    const { folder: logs, truth } = await inputs.logs({ files, lines, attackers, style });
    yield scanRace(permaban, logs, truth);
  }
  for (const count of wanted("make a batch", "restore") ? size.lists : []) {
    yield restoreRace(permaban, await inputs.list({ count }), count);
  }
  if (wanted("take in", "add")) {
    const count = size.added;
    const list = await inputs.list({ count, networks: 0, plain: true });
    yield addRace(permaban, list, count, `${folder}/blocklist`);
  }
  if (wanted("start", "version")) yield await startRace(permaban, folder);
}

async function findPermaban(): Promise<string> {
  const path = Deno.env.get("PERMABAN") ?? "dist/permaban";
  try {
    return await Deno.realPath(path);
  } catch {
    throw new Error(`Cannot find permaban at "${path}", run make build or set PERMABAN`);
  }
}

async function headline(permaban: string, runs: number): Promise<string> {
  const { stdout } = await new Deno.Command(permaban, { args: ["--version"] }).output();
  const version = new TextDecoder().decode(stdout).trim();
  return `${version} on ${navigator.hardwareConcurrency} cores, rounds: ${runs}, in each everybody in turn. ` +
    `"permaban ÷ it" is the time permaban needs as a part of theirs; "peak memory" that of the ` +
    `largest process.\n`;
}

function isPresent(program: string): Promise<boolean> {
  return succeeds(["sh", "-c", 'command -v "$0"', program]);
}

if (import.meta.main) Deno.exit(await main());
