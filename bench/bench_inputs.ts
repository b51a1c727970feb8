import { type DistinctOptions, type DistinctTruth, generateDistinct } from "./generate_distinct.ts";
import { generateList, type ListOptions } from "./generate_list.ts";
import { generateLogs, type LogOptions } from "./generate_logs.ts";
import type { Truth } from "./truth.ts";

/** Inputs that are made once and kept: making them takes longer than using them. */
export class BenchInputs {
  readonly #folder: string;
  readonly #say: (text: string) => void;

  /**
   * Looks after a folder of inputs.
   *
   * @param folder Where they are kept.
   * @param say Tells what takes its time.
   */
  constructor(folder: string, say: (text: string) => void) {
    this.#folder = folder;
    this.#say = say;
  }

  /**
   * Gets a set of logs.
   *
   * @param options What logs.
   * @returns Their folder, and what is in them.
   */
  async logs(options: Partial<LogOptions>): Promise<{ folder: string; truth: Truth }> {
    const folder = await this.#keep("logs", options, async (path) => {
      const truth = await generateLogs(path, options);
      await Deno.writeTextFile(`${path}/truth.json`, JSON.stringify(truth));
    });
    return { folder, truth: JSON.parse(await Deno.readTextFile(`${folder}/truth.json`)) };
  }

  /**
   * Gets a list.
   *
   * @param options What list.
   * @returns Its path.
   */
  async list(options: Partial<ListOptions>): Promise<string> {
    return `${await this.#keep(
      "list",
      options,
      (path) => generateList(`${path}/list`, options),
    )}/list`;
  }

  /**
   * Gets a log with very many addresses.
   *
   * @param options What log.
   * @returns Its path, and what is in it.
   */
  async distinct(options: DistinctOptions): Promise<{ log: string; truth: DistinctTruth }> {
    const folder = await this.#keep("distinct", options, async (path) => {
      const truth = await generateDistinct(`${path}/fail2ban.log.gz`, options);
      await Deno.writeTextFile(`${path}/truth.json`, JSON.stringify(truth));
    });
    const truth = JSON.parse(await Deno.readTextFile(`${folder}/truth.json`));
    return { log: `${folder}/fail2ban.log.gz`, truth };
  }

  /** Makes what is not there, or was made by another version of the generators. */
  async #keep(
    kind: string,
    options: object,
    make: (folder: string) => Promise<void>,
  ): Promise<string> {
    const folder = `${this.#folder}/${kind}${slug(options)}`;
    const stamp = await generatorStamp();
    if (await readOrEmpty(`${folder}/.stamp`) === stamp) return folder;
    this.#say(`Making ${folder} …`);
    await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
    await Deno.mkdir(folder, { recursive: true });
    await make(folder);
    // Last, so that inputs which were only half made are made again.
    await Deno.writeTextFile(`${folder}/.stamp`, stamp);
    return folder;
  }
}

const SOURCES = [
  "address_source",
  "attacker",
  "generate_distinct",
  "generate_list",
  "generate_logs",
  "line_style",
  "log_story",
  "log_time",
  "random",
  "truth_recorder",
  "write_log",
];

async function generatorStamp(): Promise<string> {
  const paths = SOURCES.map((name) => new URL(`./${name}.ts`, import.meta.url));
  const text = (await Promise.all(paths.map((path) => Deno.readTextFile(path)))).join("\0");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function slug(options: object): string {
  return Object.entries(options).map(([name, value]) => `-${name}-${value}`).join("");
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    ignoreMissing(error);
    return "";
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
