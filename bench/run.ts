/**
 * Measures permaban beside the tools that people use instead, on inputs made for it.
 *
 *     make bench
 *     make bench ARGS=--huge
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
import { distinctRace } from "./distinct_race.ts";
import { historyRace } from "./history_race.ts";
import { addRace, listRace, restoreRace } from "./list_races.ts";
import { Stopwatch, succeeds } from "./measure.ts";
import { wholeNumber } from "./option_value.ts";
import { packetObstacle, type PacketResult, racePackets } from "./packet_race.ts";
import { packetTable } from "./packet_table.ts";
import { type Race, type RaceResult, runRace } from "./race.ts";
import { resultTable } from "./result_table.ts";
import { scanRace, shortScanRace } from "./scan_race.ts";
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
  /** Length of the list that is printed. */
  readonly listed: number;
  /** Lengths of the lists that are taken in. */
  readonly added: readonly number[];
  /** Bans in the history. */
  readonly remembered: number;
  /** Addresses in the log where nearly every ban is of another one. */
  readonly distinct: number;
  /** Lengths of the lists that packets are sent through. */
  readonly packets: readonly number[];
}

const FULL: Size = {
  files: 13,
  lines: 400_000,
  runs: 5,
  attackers: 100_000,
  style: "1.x",
  lists: [100_000, 1_000_000],
  listed: 1_000_000,
  added: [100_000, 1_000_000],
  remembered: 1_000_000,
  distinct: 10_000_000,
  packets: [1000, 10_000, 100_000],
};

/** How many lines make a log of some 100 KB. */
const SHORT = 850;

/** Enough to see that everything works, in some seconds. */
const SMALL: Size = {
  files: 14,
  lines: 2000,
  runs: 2,
  attackers: 1000,
  style: "mixed",
  lists: [2000, 20_000],
  listed: 20_000,
  added: [2000, 20_000],
  remembered: 5000,
  distinct: 5000,
  packets: [200],
};

/** What a run of this program works with. */
interface Bench {
  /** The program that is measured. */
  readonly permaban: string;
  readonly size: Size;
  /** What the title of a race must have in it. */
  readonly only: string;
  /** Whether the race with very many addresses is run. */
  readonly hasDistinct: boolean;
  readonly inputs: BenchInputs;
  /** Where outputs go. */
  readonly folder: string;
}

const HELP = `Usage: run.ts [OPTION…]

Measures permaban (PERMABAN, or dist/permaban) beside other tools.

  --files N    logs to scan (${FULL.files})
  --lines N    lines in each (${FULL.lines})
  --runs N     rounds that count (${FULL.runs})
  --style S    how the lines of the logs look: 1.x, mixed and others (${FULL.style})
  --small      small inputs and ${SMALL.runs} rounds: only to see that all of it works
  --huge       also a log of ${
  FULL.distinct.toLocaleString("en-US")
} distinct addresses, which takes
               a minute to make and 150 MB in the cache; with --small there is a small one
  --only WORD  only what has the word in its title: count, short, history, distinct,
               batch, list, take, start, packets (only root can send any)
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
  huge: { type: "boolean" },
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
  const inputs = new BenchInputs(cache, (text) => console.error(text));
  const only = (values.only ?? "").toLowerCase();
  const hasDistinct = Boolean(values.small || values.huge);
  try {
    return await measureAll({ permaban, size, only, hasDistinct, inputs, folder });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureAll(bench: Bench): Promise<number> {
  const { permaban, size, folder } = bench;
  const stopwatch = await Stopwatch.create(folder);
  console.log(await headline(permaban, size.runs));
  let [measured, problems] = [0, 0];
  for await (const race of races(bench)) {
    console.error(`${race.title} …`);
    const result: RaceResult = await runRace(race, size.runs, stopwatch, folder, isPresent);
    console.log(resultTable(result));
    measured++;
    problems += result.problems.length;
  }
  const packets = await packetResults(bench, stopwatch);
  if (packets.length > 0) console.log(packetTable(packets));
  measured += packets.length;
  problems += packets.reduce((sum, result) => sum + result.problems.length, 0);
  if (measured === 0) console.error("Nothing was measured: see --only and --huge in --help");
  return measured > 0 && problems === 0 ? 0 : 1;
}

/** Makes the inputs of a race only when it is its turn, and only if it is wanted. */
async function* races(bench: Bench): AsyncGenerator<Race> {
  yield* logRaces(bench);
  yield* listRaces(bench);
  if (isWanted(bench, "start", "version")) yield await startRace(bench.permaban, bench.folder);
}

async function* logRaces(bench: Bench): AsyncGenerator<Race> {
  const { permaban, inputs, hasDistinct } = bench;
  const { files, lines, attackers, style, distinct: addresses } = bench.size;
  if (isWanted(bench, "count bans", "scan")) {
    const { folder: logs, truth } = await inputs.logs({ files, lines, attackers, style });
    yield scanRace(permaban, logs, truth);
  }
  if (isWanted(bench, "scan a log", "short")) {
    const { folder: log, truth } = await inputs.logs({ files: 1, lines: SHORT, attackers, style });
    yield shortScanRace(permaban, log, truth);
  }
  if (isWanted(bench, "history")) {
    yield await historyRace(permaban, bench.folder, bench.size.remembered);
  }
  if (!isWanted(bench, "count bans", "distinct")) return;
  if (!hasDistinct) {
    const count = addresses.toLocaleString("en-US");
    return console.error(`Left out without --huge: count bans of ${count} distinct addresses`);
  }
  const { log, truth } = await inputs.distinct({ seed: 1, addresses });
  yield distinctRace(permaban, log, addresses, truth);
}

async function* listRaces(bench: Bench): AsyncGenerator<Race> {
  const { permaban, inputs, size, folder } = bench;
  for (const count of isWanted(bench, "make a batch", "restore") ? size.lists : []) {
    yield restoreRace(permaban, await inputs.list({ count }), count);
  }
  if (isWanted(bench, "list")) {
    yield listRace(permaban, await inputs.list({ count: size.listed }), size.listed);
  }
  for (const count of isWanted(bench, "take in", "add") ? size.added : []) {
    const list = await inputs.list({ count, networks: 0, plain: true });
    yield addRace(permaban, list, count, `${folder}/blocklist`);
  }
}

/** Packets are no race of commands: what counts is what they cost when the commands are done. */
async function packetResults(bench: Bench, stopwatch: Stopwatch): Promise<PacketResult[]> {
  if (!isWanted(bench, "packets")) return [];
  const obstacle = await packetObstacle(isPresent);
  if (obstacle !== undefined) {
    console.error(`Left out: packets through a firewall, ${obstacle}`);
    return [];
  }
  const { permaban, inputs, size: { runs }, folder } = bench;
  // Each round has several measurements in it.
  const rounds = Math.ceil(runs / 2);
  const results: PacketResult[] = [];
  for (const count of bench.size.packets) {
    console.error(`Packets through a firewall with ${count.toLocaleString("en-US")} addresses …`);
    const list = await inputs.list({ count, networks: 0, neighbours: 0, plain: true });
    const common = { permaban, stopwatch, folder, present: isPresent };
    results.push(await racePackets({ ...common, list, rounds, bursts: 2 * rounds }));
  }
  return results;
}

function isWanted({ only }: Bench, ...words: string[]): boolean {
  return words.some((word) => word.includes(only));
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
