import type { Host } from "../../lib/cli/host.ts";
import { UTC } from "../../lib/log/time_zone.ts";

/** A machine for tests: what was written is kept, the clock stands still unless moved. */
export class TestHost implements Host {
  /** What went to standard output. */
  stdoutText = "";
  /** What went to standard error. */
  stderrText = "";
  /** The clock, in seconds since 1970. */
  clock = Date.UTC(2026, 10, 22, 14) / 1000;
  /** Whether the output streams are terminals. */
  terminal = false;
  /** Whether somebody types on standard input. */
  typed = false;
  /** The width of the terminal, if it is known. */
  columns: number | undefined;
  /** The environment: whatever configuration the machine has is none of a test's. */
  readonly variables: Record<string, string> = { PERMABAN_CONFIG: "" };
  /** The addresses of the machine. */
  own: readonly string[] = [];
  /** Where it keeps who is logged in. */
  runFolder = "/nowhere";
  /** The cores. */
  readonly cores = 2;
  /** The zone. */
  readonly zone = UTC;
  /** Standard input, empty unless set. */
  input = new Uint8Array(0);

  readonly stdin = {
    read: (buffer: Uint8Array) => {
      const part = this.input.subarray(0, buffer.length);
      buffer.set(part);
      this.input = this.input.subarray(part.length);
      return Promise.resolve(part.length > 0 ? part.length : null);
    },
    isTerminal: () => this.typed,
  };

  readonly stdout = {
    write: (text: string | Uint8Array) => {
      this.stdoutText += typeof text === "string" ? text : new TextDecoder().decode(text);
      return Promise.resolve();
    },
    isTerminal: () => this.terminal,
    width: () => this.columns,
  };

  readonly stderr = {
    write: (text: string) => void (this.stderrText += text),
    isTerminal: () => this.terminal,
  };

  env(name: string): string | undefined {
    return this.variables[name];
  }

  ownAddresses(): readonly string[] {
    return this.own;
  }

  now(): number {
    return this.clock;
  }
}
