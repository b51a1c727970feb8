/**
 * A line on the terminal that shows how far long work has come.
 *
 * @module
 */

import type { Host } from "./host.ts";

/** How often the line is drawn, in seconds. */
const INTERVAL = 0.1;
const BAR = 24;
const ERASE = "\r\x1b[K";

/** How far reading has come. */
export interface Reached {
  /** Files read to their end. */
  readonly files: number;
  /** All files. */
  readonly allFiles: number;
  /** Bytes read. */
  readonly bytes: number;
  /** All bytes. */
  readonly allBytes: number;
}

/** Draws the line; where nobody looks it does nothing. */
export class Progress {
  readonly #host: Host;
  readonly #isOn: boolean;
  #drawnAt = 0;
  #isDrawn = false;

  /** Makes a line that is drawn if it is wanted and standard error is a terminal. */
  constructor(host: Host, isWanted: boolean) {
    this.#host = host;
    this.#isOn = isWanted && host.stderr.isTerminal();
    this.#drawnAt = host.now();
  }

  /** Draws the line, unless it was drawn a moment ago. */
  show(reached: Reached): void {
    if (!this.#isOn) return;
    const now = this.#host.now();
    if (now - this.#drawnAt < INTERVAL && now >= this.#drawnAt) return;
    this.#drawnAt = now;
    this.#isDrawn = true;
    this.#host.stderr.write(ERASE + progressLine(reached));
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isDrawn) this.#host.stderr.write(ERASE);
    this.#isDrawn = false;
  }
}

/** The line: a bar, files and megabytes. */
export function progressLine({ files, allFiles, bytes, allBytes }: Reached): string {
  const share = allBytes > 0 ? Math.min(1, bytes / allBytes) : 0;
  const full = Math.round(share * BAR);
  const bar = "#".repeat(full) + ".".repeat(BAR - full);
  const megabytes = (count: number) => (count / 1e6).toFixed(1);
  const read = allBytes > 0
    ? `${megabytes(Math.min(bytes, allBytes))} of ${megabytes(allBytes)} MB`
    : `${megabytes(bytes)} MB`;
  return `[${bar}] ${files} of ${allFiles} files, ${read}`;
}
