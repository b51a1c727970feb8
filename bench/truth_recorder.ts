import type { Ban, StoryMessage } from "./log_story.ts";
import { logTime } from "./log_time.ts";
import type { FileTruth, IdTruth, Truth } from "./truth.ts";

/** Takes note of what a generator writes, while it writes. */
export class TruthRecorder {
  readonly #files: FileTruth[] = [];
  readonly #ids = new Map<string, IdTruth>();
  #decoys = 0;

  /**
   * Begins a file.
   *
   * @param name Its name.
   * @param style The name of the style it is written in.
   */
  startFile(name: string, style: string): void {
    this.#files.push({ name, style, lines: 0, bytes: 0, bans: 0 });
  }

  /**
   * Notes one line.
   *
   * @param message What it says.
   * @param instant Its time, in milliseconds since 1970.
   */
  line(message: StoryMessage, instant: number): void {
    const file = this.#file();
    file.lines++;
    if (message.decoy) this.#decoys++;
    if (message.ban === undefined) return;
    file.bans++;
    this.#ban(message.ban, instant);
  }

  /**
   * Notes that text was written.
   *
   * @param count How many bytes of it, before compression.
   */
  bytes(count: number): void {
    this.#file().bytes += count;
  }

  /** Returns all that was noted. */
  truth(): Truth {
    const sum = (what: "lines" | "bytes" | "bans") =>
      this.#files.reduce((total, file) => total + file[what], 0);
    return {
      lines: sum("lines"),
      bytes: sum("bytes"),
      bans: sum("bans"),
      decoys: this.#decoys,
      files: this.#files,
      ids: Object.fromEntries(this.#ids),
    };
  }

  #file(): FileTruth {
    const file = this.#files.at(-1);
    if (file === undefined) throw new Error("Cannot note a line before the first file");
    return file;
  }

  #ban(ban: Ban, instant: number): void {
    const { date, time } = logTime(instant);
    const at = `${date}T${time}`;
    const id = this.#ids.get(ban.id) ?? { offender: ban.attacker.offender, jails: {} };
    if (!this.#ids.has(ban.id)) this.#ids.set(ban.id, id);
    const jail = id.jails[ban.jail] ??= { bans: 0, first: at, last: at };
    jail.bans++;
    if (at < jail.first) jail.first = at;
    if (at > jail.last) jail.last = at;
  }
}
