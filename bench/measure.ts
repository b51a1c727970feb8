/** What one run of a command cost. */
export interface Measurement {
  /** Wall-clock time. */
  readonly seconds: number;
  /** Peak memory of the largest process in it, in KiB; `undefined` if it could not be measured. */
  readonly peakKib: number | undefined;
  /** The exit status. */
  readonly status: number;
  /** What it said on stderr. */
  readonly errors: string;
}

/**
 * The environment of every command: bytewise sorting, which is what a peer is fastest with, and no
 * configuration.
 */
const ENVIRONMENT = { LC_ALL: "C", TZ: "UTC", NO_COLOR: "1", PERMABAN_CONFIG: "" };

/** How often the memory of a process is looked at where no `time` program does it, in ms. */
const POLL = 5;
/** What ends sooner was hardly looked at. */
const LEAST_POLLED = 0.1;

/** Runs commands and measures them. */
export class Stopwatch {
  readonly #timeProgram: string | undefined;
  readonly #folder: string;

  private constructor(folder: string, timeProgram: string | undefined) {
    this.#folder = folder;
    this.#timeProgram = timeProgram;
  }

  /**
   * Finds out how memory can be measured here.
   *
   * @param folder Where a small file may be written.
   * @returns The stopwatch.
   */
  static async create(folder: string): Promise<Stopwatch> {
    const path = "/usr/bin/time";
    // GNU time knows -f; the one of BSD and macOS does not.
    const isGnu = await succeeds([path, "-f", "%M", "-o", "/dev/null", "true"]);
    return new Stopwatch(folder, isGnu ? path : undefined);
  }

  /**
   * Runs a command of the shell, its standard input empty.
   *
   * @param command What to run; `sh` reads it.
   * @returns What it cost.
   */
  async run(command: string): Promise<Measurement> {
    const file = `${this.#folder}/peak`;
    const prefix = this.#timeProgram ? [this.#timeProgram, "-f", "%M", "-o", file] : [];
    const [program = "sh", ...args] = [...prefix, "sh", "-c", command];
    const options = { args, stdin: "null", stdout: "null", stderr: "piped" } as const;
    const start = performance.now();
    const child = new Deno.Command(program, { ...options, env: ENVIRONMENT }).spawn();
    const watched = this.#timeProgram === undefined ? watchPeak(child) : undefined;
    const { code, stderr } = await child.output();
    const seconds = (performance.now() - start) / 1000;
    const polled = await watched;
    const peakKib = this.#timeProgram
      ? await readPeak(file)
      : seconds < LEAST_POLLED
      ? undefined
      : polled;
    return { seconds, peakKib, status: code, errors: new TextDecoder().decode(stderr).trim() };
  }
}

/**
 * Says whether a command can be run and succeeds.
 *
 * @param command The program and its arguments.
 * @returns Whether its exit status was 0.
 */
export async function succeeds([program, ...args]: readonly string[]): Promise<boolean> {
  try {
    const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
    const signal = AbortSignal.timeout(60_000);
    return (await new Deno.Command(program ?? "", { args, signal, ...quiet }).output()).success;
  } catch {
    return false;
  }
}

/** GNU time writes a line more before the number when the command failed. */
async function readPeak(file: string): Promise<number | undefined> {
  const line = (await Deno.readTextFile(file)).trim().split("\n").at(-1) ?? "";
  return /^\d+$/.test(line) ? Number(line) : undefined;
}

/** Looks at the high-water mark of a process and its children until it has ended (Linux only). */
async function watchPeak(child: Deno.ChildProcess): Promise<number | undefined> {
  let peak: number | undefined;
  let ended = false;
  child.status.then(() => ended = true);
  while (!ended) {
    for (const pid of family(child.pid)) {
      const kib = highWater(pid);
      if (kib !== undefined && kib > (peak ?? 0)) peak = kib;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  return peak;
}

function family(pid: number): number[] {
  const children = readProc(`/proc/${pid}/task/${pid}/children`)?.match(/\d+/g) ?? [];
  return [pid, ...children.flatMap((child) => family(Number(child)))];
}

function highWater(pid: number): number | undefined {
  const kib = readProc(`/proc/${pid}/status`)?.match(/^VmHWM:\s+(\d+) kB$/m)?.[1];
  return kib === undefined ? undefined : Number(kib);
}

/** A process may end at any moment, and elsewhere there is no /proc. */
function readProc(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
