import { assertEquals } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import { HEADER } from "../../lib/offender/history_block.ts";
import { Folder } from "../folder.ts";
import { TestHost } from "./test_host.ts";

/** When the bans of the logs begin. */
export const START = Date.UTC(2026, 10, 20, 10) / 1000;
/** A ban, so many seconds after the first. */
export function line(address: string, second: number, jail = "sshd"): string {
  const [date, time] = new Date((START + second) * 1000).toISOString().slice(0, 19).split("T");
  return `${date} ${time},000 fail2ban.actions        [7]: NOTICE  [${jail}] Ban ${address}\n`;
}

/** Bans of one address, a second apart. */
export function lines(address: string, count: number, from = 0): string {
  return Array.from({ length: count }, (_, at) => line(address, from + at)).join("");
}

/** How a run ended. */
export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Logs and a folder for the history. */
export class Place extends Folder {
  /** The clock of the machine, in seconds since 1970. */
  clock = new TestHost().clock;
  /** The folder of the history. */
  readonly state = this.at("state");
  /** Each change of a log has a date of its own. */
  #dates = START;

  /** Writes a log; an existing one keeps its inode. */
  log(name: string, content: string | Uint8Array): string {
    const path = this.write(`logs/${name}`, content);
    this.#date(path);
    return path;
  }

  /** Writes more to a log. */
  append(path: string, text: string): void {
    Deno.writeTextFileSync(path, text, { append: true });
    this.#date(path);
  }

  /** Saves a log as editors do: as a new file in the place of the old one. */
  replace(path: string, text: string): void {
    Deno.writeTextFileSync(`${path}.new`, text);
    Deno.renameSync(`${path}.new`, path);
    this.#date(path);
  }

  /** Cuts a log. */
  truncate(path: string, length = 0): void {
    Deno.truncateSync(path, length);
    this.#date(path);
  }

  /** Runs the program. */
  async run(...words: string[]): Promise<Outcome> {
    const host = new TestHost();
    host.clock = this.clock;
    const status = await run(words, host);
    return { status, stdout: host.stdoutText, stderr: host.stderrText };
  }

  /** Runs an incremental scan. */
  scan(...words: string[]): Promise<Outcome> {
    return this.run("scan", "--incremental", "--state", this.state, ...words);
  }

  /** Runs `permaban history`. */
  history(...words: string[]): Promise<Outcome> {
    return this.run("history", ...words, "--state", this.state);
  }

  /** Scans, expecting that nothing is wrong; bans and addresses. */
  async counts(...words: string[]): Promise<string[]> {
    return countsIn(await this.scan("--min-bans", "1", ...words));
  }

  /** Turns a bit of the first ban in the history. */
  damage(): void {
    const bytes = Deno.readFileSync(`${this.state}/history`);
    const at = HEADER.length + 25;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    Deno.writeFileSync(`${this.state}/history`, bytes);
  }

  /** The names of the files beside the history. */
  kept(): string[] {
    return Array.from(Deno.readDirSync(this.state), ({ name }) => name).sort();
  }

  /** The networks on the blocklist. */
  blocklist(): string[] {
    const text = Deno.readTextFileSync(`${this.state}/blocklist`);
    return text.split("\n").flatMap((line) => line === "" ? [] : line.split(" ").slice(0, 1));
  }

  #date(path: string): void {
    this.#dates++;
    Deno.utimeSync(path, this.#dates, this.#dates);
  }
}

/** The bans and the addresses that a run printed. */
export function countsIn({ status, stdout, stderr }: Outcome, expected = 0): string[] {
  assertEquals(status, expected, stderr);
  return stdout.split("\n").slice(0, -1).map((row) => row.split("\t").slice(0, 2).join(" "));
}
