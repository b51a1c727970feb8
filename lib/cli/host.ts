/**
 * Everything the program takes from the machine around it besides files: streams, environment,
 * clock and time zone.
 *
 * @module
 */

import { LOCAL, type TimeZone } from "../log/time_zone.ts";
import { systemReason } from "../log/system_reason.ts";
import { Failure } from "./failure.ts";

/** The machine as a command sees it; tests make their own. */
export interface Host {
  /** Standard input. */
  readonly stdin: {
    /** Reads into the buffer; the number of bytes, or `null` at the end. */
    read(buffer: Uint8Array): Promise<number | null>;
    /** Whether somebody types there. */
    isTerminal(): boolean;
  };
  /** Standard output: the result and nothing else. */
  readonly stdout: {
    /**
     * Writes all of a text, encoded or not. Where nobody reads on, as behind `head`, that is no error:
     * the run goes on to the status that it has for those who ask.
     *
     * @throws {Failure} If the system refuses.
     */
    write(text: string | Uint8Array): Promise<void>;
    /** Whether somebody looks at it. */
    isTerminal(): boolean;
    /** How many characters fit in a line of the terminal, where that is known. */
    width(): number | undefined;
  };
  /** Standard error: messages and progress. */
  readonly stderr: {
    /** Writes a text as far as that is possible. */
    write(text: string): void;
    /** Whether somebody looks at it. */
    isTerminal(): boolean;
  };
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /** Seconds since 1970, with a fraction. */
  now(): number;
  /** The machine's time zone. */
  readonly zone: TimeZone;
  /** The addresses of the machine's own interfaces, in text. */
  ownAddresses(): readonly string[];
  /** Where the system keeps who is logged in. */
  readonly runFolder: string;
  /** How much of the processor this process may use, in cores. */
  readonly cores: number;
}

/** The machine that the program runs on. */
export function realHost(): Host {
  return {
    stdin: Deno.stdin,
    stdout: { write: writerOfAll(), isTerminal: () => Deno.stdout.isTerminal(), width },
    stderr: { write: writeMessage, isTerminal: () => Deno.stderr.isTerminal() },
    env: (name) => Deno.env.get(name),
    now: () => Date.now() / 1000,
    zone: LOCAL,
    ownAddresses: () => Deno.networkInterfaces().map(({ address }) => address),
    runFolder: "/run",
    cores: navigator.hardwareConcurrency,
  };
}

const encoder = new TextEncoder();

function writerOfAll(): Host["stdout"]["write"] {
  let hasReader = true;
  const write = (text: string | Uint8Array) => {
    const bytes = typeof text === "string" ? encoder.encode(text) : text;
    try {
      // Not asynchronously: nothing else is to be done meanwhile, and a thread takes time to be told.
      for (let at = 0; hasReader && at < bytes.length;) {
        at += Deno.stdout.writeSync(bytes.subarray(at));
      }
    } catch (error) {
      hasReader = !(error instanceof Deno.errors.BrokenPipe);
      if (!hasReader) return;
      const reason = systemReason(error);
      if (reason === undefined) throw error;
      throw new Failure(`Cannot write to standard output: ${reason}`);
    }
  };
  return (text) => Promise.try(write, text);
}

function width(): number | undefined {
  try {
    return Deno.consoleSize().columns || undefined;
  } catch {
    return undefined;
  }
}

function writeMessage(text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // Nobody is there to be told.
  }
}
