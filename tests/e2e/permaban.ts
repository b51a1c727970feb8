/**
 * Runs the program as a process: the executable that `PERMABAN` names, or else the source with the
 * permissions of the executable.
 *
 * @module
 */

import { dirname, fromFileUrl, join } from "@std/path/posix";
import { findTool } from "../tools.ts";

const ROOT = dirname(dirname(dirname(fromFileUrl(import.meta.url))));

/** How a process ended. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** How it is run. */
export interface Circumstances {
  /** The working folder. */
  readonly cwd?: string;
  /** Standard input; none when absent. */
  readonly stdin?: string | Uint8Array;
  /** The environment besides PATH, TZ and PERMABAN_CONFIG. */
  readonly env?: Record<string, string>;
}

/** The folder whose `permaban` runs the program under test; made once, removed at the end. */
export const BIN = makeBin();

/** The PATH that finds the program first. */
export const PATH = `${BIN}:${Deno.env.get("PATH")}:/usr/sbin:/sbin`;

function makeBin(): string {
  // Some machines have addresses that are meant for documentation, and what is their own is protected.
  return makeBinWith(Deno.uid() === 0 && findTool("unshare") ? "unshare -n --" : "");
}

/** A folder whose `permaban` knows the addresses of the network namespace that it is started in. */
export function inTheOpen(): string {
  return makeBinWith("");
}

function makeBinWith(wrapper: string): string {
  const folder = Deno.makeTempDirSync({ prefix: "permaban-bin-" });
  addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  const path = join(folder, "permaban");
  const script = (command: string) =>
    Deno.writeTextFileSync(path, `#!/bin/sh\nexec ${wrapper} ${command} "$@"\n`, { mode: 0o755 });
  const executable = Deno.env.get("PERMABAN");
  if (executable) {
    script(`'${Deno.realPathSync(executable)}'`);
    return folder;
  }
  const permissions = Deno.readTextFileSync(join(ROOT, "tools/permissions")).trim().replaceAll(
    "\n",
    " ",
  );
  const map = import.meta.resolve("@std/path/posix").startsWith("file:")
    ? `--import-map=${join(ROOT, "tools/npm_imports.json")}`
    : "";
  script(
    `'${Deno.execPath()}' run --quiet --config='${ROOT}/deno.json' ${map} ` +
      `${permissions} '${ROOT}/main.ts'`,
  );
  return folder;
}

/**
 * The environment of a process: nothing from outside but what it needs to be found and unpacked, and
 * no configuration, whatever the machine has.
 */
export function environment(more: Record<string, string> = {}): Record<string, string> {
  const kept = ["HOME", "PERMABAN_CACHE", "DENO_DIR"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { PATH, TZ: "UTC", PERMABAN_CONFIG: "", ...Object.fromEntries(kept), ...more };
}

/** Runs the program to its end. */
export function permaban(args: readonly string[], how: Circumstances = {}): Promise<Ended> {
  return runProcess(join(BIN, "permaban"), args, how);
}

/** Runs a shell script, in which `permaban` is the program under test. */
export function shell(script: string, how: Circumstances = {}): Promise<Ended> {
  return runProcess("sh", ["-c", script], how);
}

/** Starts the program, its standard streams piped. */
export function start(args: readonly string[], how: Circumstances = {}): Deno.ChildProcess {
  return new Deno.Command(join(BIN, "permaban"), {
    args: [...args],
    ...(how.cwd ? { cwd: how.cwd } : {}),
    env: environment(how.env),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function runProcess(
  program: string,
  args: readonly string[],
  { cwd, stdin, env }: Circumstances,
): Promise<Ended> {
  const child = new Deno.Command(program, {
    args: [...args],
    ...(cwd ? { cwd } : {}),
    env: environment(env),
    clearEnv: true,
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const fed = stdin === undefined ? undefined : feed(child, stdin);
  const { stdout, stderr, code } = await child.output();
  await fed;
  const decoder = new TextDecoder();
  return { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr), status: code };
}

async function feed(child: Deno.ChildProcess, input: string | Uint8Array): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(typeof input === "string" ? new TextEncoder().encode(input) : input);
    await writer.close();
  } catch {
    // The program ended without reading all of it.
  }
}
