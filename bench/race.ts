import type { Measurement, Stopwatch } from "./measure.ts";

/** Somebody who takes part in a {@linkcode Race}. */
export interface Contestant {
  /** The name in the table. */
  readonly name: string;
  /** What to run; its output is what counts. */
  readonly command: string;
  /** Run before each run of the command, not measured. */
  readonly prepare?: string;
  /** Programs it needs. */
  readonly needs: readonly string[];
  /** Why it cannot run, should something else be missing than a program. */
  readonly obstacle?: string;
}

/** A comparison of several ways to do one job. */
export interface Race {
  /** What is done, with the size of the job. */
  readonly title: string;
  /** Permaban first. */
  readonly contestants: readonly Contestant[];
  /**
   * Compares the answers.
   *
   * @param answers The file with the output of each contestant that ran, by name.
   * @returns What is wrong, one sentence each; nothing if all is well.
   */
  check(answers: ReadonlyMap<string, string>): Promise<string[]>;
}

/** How one contestant fared. */
export interface Standing {
  /** The name in the table. */
  readonly name: string;
  /** The runs that counted. */
  readonly runs: readonly Measurement[];
}

/** How a race ended. */
export interface RaceResult {
  /** What was done. */
  readonly title: string;
  /** Whom the others are held against. */
  readonly own: string;
  /** Who ran, in the order of the race. */
  readonly standings: readonly Standing[];
  /** Who could not, and for want of what. */
  readonly missing: readonly string[];
  /** What is wrong with the answers. */
  readonly problems: readonly string[];
}

/**
 * Runs a race: one round to warm up and to check the answers, then the rounds that count, in each of
 * them every contestant once. So whatever slows the machine down for a while slows down all.
 *
 * @param race What to run.
 * @param rounds How many rounds count.
 * @param stopwatch What to measure with.
 * @param folder Where the answers go.
 * @param present Which programs are installed.
 * @returns How it ended.
 */
export async function runRace(
  race: Race,
  rounds: number,
  stopwatch: Stopwatch,
  folder: string,
  present: (program: string) => Promise<boolean>,
): Promise<RaceResult> {
  const { ready, missing } = await muster(race.contestants, present);
  const problems: string[] = [];
  const runs = new Map<Contestant, Measurement[]>();
  const answers = new Map<string, string>();
  for (const contestant of ready) {
    const answer = `${folder}/answer-${answers.size}`;
    await prepare(contestant, stopwatch);
    const { status, errors } = await stopwatch.run(`${contestant.command} > '${answer}'`);
    if (status === 0) runs.set(contestant, []);
    else problems.push(`${contestant.name} ended with status ${status}: ${errors.slice(0, 300)}`);
    if (status === 0) answers.set(contestant.name, answer);
  }
  problems.push(...await race.check(answers));
  for (let round = 0; round < rounds; round++) {
    for (const [contestant, measured] of runs) {
      await prepare(contestant, stopwatch);
      // Into a pipe, which is where answers go in earnest.
      measured.push(await stopwatch.run(`${contestant.command} | cat > /dev/null`));
    }
  }
  const standings = [...runs].map(([{ name }, measured]) => ({ name, runs: measured }));
  const own = race.contestants[0]?.name ?? "";
  return { title: race.title, own, standings, missing, problems };
}

async function muster(
  contestants: readonly Contestant[],
  present: (program: string) => Promise<boolean>,
) {
  const ready: Contestant[] = [];
  const missing: string[] = [];
  for (const contestant of contestants) {
    const lacking: string[] = contestant.obstacle === undefined ? [] : [contestant.obstacle];
    for (const program of contestant.needs) {
      if (!await present(program)) lacking.push(`no ${program}`);
    }
    if (lacking.length === 0) ready.push(contestant);
    else missing.push(`${contestant.name} (${lacking.join(", ")})`);
  }
  return { ready, missing };
}

async function prepare(contestant: Contestant, stopwatch: Stopwatch): Promise<void> {
  if (contestant.prepare === undefined) return;
  const { status, errors } = await stopwatch.run(contestant.prepare);
  if (status !== 0) throw new Error(`Cannot prepare ${contestant.name}: ${errors}`);
}
