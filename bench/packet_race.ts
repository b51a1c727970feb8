import { formatIpv4 } from "./address_source.ts";
import type { Stopwatch } from "./measure.ts";
import { LAB_TOOLS, PacketLab } from "./packet_lab.ts";
import { type PacketSetup, packetSetups } from "./packet_setups.ts";
import { Random } from "./random.ts";
import { readLines } from "./read_lines.ts";
import { type CleanAddress, TreeWalk } from "./tree_walk.ts";

/** What one load cost, and packets then. */
export interface PacketRun {
  /** How long the load took, in seconds. */
  readonly load: number;
  /** A round trip before it, from any address, in seconds. */
  readonly before: number;
  /** A round trip from some clean address. */
  readonly clean: number;
  /** A round trip from the clean address that meets the most rules of the tree. */
  readonly worst: number;
}

/** How the ways to block a list did. */
export interface PacketResult {
  /** How long the list was. */
  readonly count: number;
  /** The clean addresses, with the rules of the tree that they meet. */
  readonly addresses: Probes;
  /** The runs of each way, by its name. */
  readonly runs: ReadonlyMap<string, readonly PacketRun[]>;
  /** Who could not run, and for want of what. */
  readonly missing: readonly string[];
  /** What is wrong with what was loaded. */
  readonly problems: readonly string[];
}

/** Addresses to send packets from. */
interface Probes {
  readonly clean: CleanAddress;
  readonly worst: CleanAddress;
}

/** What is measured, and with what. */
export interface PacketTask {
  /** The program. */
  readonly permaban: string;
  /** A list of IPv4 addresses without comments. */
  readonly list: string;
  /** How often to load it. */
  readonly rounds: number;
  /** How many bursts of packets to send from an address after a load. */
  readonly bursts: number;
  readonly stopwatch: Stopwatch;
  /** Where files may be made. */
  readonly folder: string;
  /** Says which programs are installed. */
  readonly present: (program: string) => Promise<boolean>;
}

/** Why packets cannot be sent here; `undefined` if they can. */
export async function packetObstacle(
  present: (program: string) => Promise<boolean>,
): Promise<string | undefined> {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "only root on Linux can do that";
  for (const program of LAB_TOOLS) if (!await present(program)) return `no ${program}`;
  return undefined;
}

/**
 * Loads a list in each way in turn, each time into an empty firewall, and sends packets through it.
 *
 * What a packet costs is held against the same packet a moment before the load, so that what slows
 * the machine down for a while is not taken for the firewall.
 *
 * @param task What to measure.
 * @returns How it went; what is wrong with an answer is a problem.
 */
export async function racePackets(task: PacketTask): Promise<PacketResult> {
  const listed = await readLines(task.list);
  const addresses = await probesFor(task, listed);
  const { ready, missing } = await muster(task, listed.length);
  const runs = new Map<string, PacketRun[]>();
  const problems: string[] = [];
  for (let round = 0; round < task.rounds; round++) {
    for (const setup of ready) {
      try {
        const run = await measure(setup, task, addresses, listed, round === 0);
        runs.set(setup.name, [...runs.get(setup.name) ?? [], run]);
      } catch (error) {
        problems.push(`${setup.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  return { count: listed.length, addresses, runs, missing, problems };
}

/** A clean address drawn at random, and the worst one, both as the tree that is loaded has it. */
async function probesFor({ permaban, list, folder, stopwatch }: PacketTask, listed: string[]) {
  const batch = `${folder}/batch`;
  const words = `restore --quiet --blocklist '${list}'`;
  const { status, errors } = await stopwatch.run(`'${permaban}' ${words} > '${batch}'`);
  if (status !== 0) throw new Error(`Cannot make a batch: ${errors}`);
  const tree = new TreeWalk(await readLines(batch), "permaban");
  const [known, random] = [new Set(listed), new Random(5)];
  let address: number;
  do address = 0xb0000000 + random.below(0x10000000); while (known.has(formatIpv4(address)));
  const clean = { address, rules: tree.rulesMet(address) };
  return { clean, worst: tree.worstClean() };
}

async function muster({ permaban, list, folder, present }: PacketTask, count: number) {
  const ready: PacketSetup[] = [];
  const missing: string[] = [];
  for (const setup of packetSetups(permaban, list, count, folder)) {
    if (count > setup.most) continue;
    const lacking: string[] = [];
    for (const program of setup.needs) if (!await present(program)) lacking.push(`no ${program}`);
    if (lacking.length === 0) ready.push(setup);
    else missing.push(`${setup.name} (${lacking.join(", ")})`);
  }
  return { ready, missing };
}

async function measure(
  setup: PacketSetup,
  { stopwatch, bursts }: PacketTask,
  { clean, worst }: Probes,
  listed: readonly string[],
  isFirst: boolean,
): Promise<PacketRun> {
  const [usual, far] = [formatIpv4(clean.address), formatIpv4(worst.address)];
  const bad = [0, listed.length >>> 1, listed.length - 1].map((at) => listed[at] ?? "");
  await using lab = await PacketLab.create([...new Set([usual, far, ...bad])], stopwatch);
  const run = async (script: string) => {
    const { status, seconds, errors } = await stopwatch.run(lab.inside(script));
    if (status !== 0) throw new Error(`status ${status}: ${errors.slice(0, 300)}`);
    return seconds;
  };
  if (isFirst && setup.prepare !== undefined) await run(setup.prepare);
  if ((await lab.answered(bad)).length < bad.length) throw new Error("packets get lost unloaded");
  const trip = (address: string) => lab.roundTrip(address, bursts);
  const before = await trip(usual);
  try {
    const load = await run(setup.load);
    const [through] = await lab.answered(bad);
    if (through !== undefined) throw new Error(`${through} is listed and gets through`);
    return { load, before, clean: await trip(usual), worst: await trip(far) };
  } finally {
    if (setup.stop !== undefined) await run(setup.stop);
  }
}
