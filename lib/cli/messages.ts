/**
 * Everything the program says to people, on standard error.
 *
 * Rules: a message is one line, begins with the program's name, starts with a capital letter and
 * ends without a full stop; it quotes values, names the place (`file:line`) first, and says what is
 * wrong and what would be right. What comes from files, logs or arguments is escaped, so that no
 * text can move the cursor, colour the screen or write over what stands there.
 *
 * @module
 */

import { escapeControls } from "../report/escape_controls.ts";
import type { Host } from "./host.ts";

export { count, withCommas } from "../report/count.ts";
export { escapeControls } from "../report/escape_controls.ts";

/** How much is said. */
export interface Voice {
  /** Only what is wrong. */
  readonly quiet: boolean;
  /** Also what would not matter to most. */
  readonly verbose: boolean;
  /** Whether the kind of a message is coloured. */
  readonly color: boolean;
}

const COLORS = { error: "31", warning: "33", hint: "36" } as const;

/** Says things on standard error. */
export class Messages {
  readonly #host: Pick<Host, "stderr">;
  readonly #voice: Voice;
  #beforeMessage: () => void = () => {};

  /** Makes a speaker for a host. */
  constructor(host: Pick<Host, "stderr">, voice: Voice) {
    this.#host = host;
    this.#voice = voice;
  }

  /** Says that something failed or could not be understood. */
  error(message: string, hint?: string): void {
    this.#say("error", message);
    if (hint) this.#say("hint", hint);
  }

  /** Says that something is likely to be wrong. */
  warning(message: string, hint?: string): void {
    this.#say("warning", message);
    if (hint) this.#say("hint", hint);
  }

  /** Says how to go on, unless it should be quiet. */
  hint(message: string): void {
    if (!this.#voice.quiet) this.#say("hint", message);
  }

  /** Says what was done, unless it should be quiet. */
  note(message: string): void {
    if (!this.#voice.quiet) this.#say(undefined, message);
  }

  /** Says what only those want to know who asked for more; a function makes the words for them. */
  detail(message: string | (() => string)): void {
    if (this.#voice.verbose) this.note(typeof message === "string" ? message : message());
  }

  /** Calls something before each message, such as to clear a progress line. */
  onMessage(before: () => void): void {
    this.#beforeMessage = before;
  }

  #say(kind: keyof typeof COLORS | undefined, message: string): void {
    this.#beforeMessage();
    const mark = kind === undefined
      ? ""
      : this.#voice.color
      ? `\x1b[1;${COLORS[kind]}m${kind}:\x1b[0m `
      : `${kind}: `;
    this.#host.stderr.write(`permaban: ${mark}${escapeControls(message)}\n`);
  }
}
