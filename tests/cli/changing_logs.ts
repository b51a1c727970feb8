/**
 * Logs that are written, rotated, compressed, copied, moved and lost, and what is to be seen of them.
 *
 * A stream is all that was written to a log from its beginning on. Every file holds the beginning of
 * one stream, however it came about; so what runs saw of a stream is told by one length. Of a file that
 * was trimmed only what a run saw is missing; one that was joined holds other text before that of its
 * stream.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { Folder } from "../folder.ts";
import { RandomLines } from "./random_lines.ts";

/** All that was written to a log from its beginning on. */
export interface Stream {
  /** Its place among the streams. */
  readonly number: number;
  /** What was written. */
  text: string;
  /** The rest of a last line that is not complete yet. */
  rest: string;
  /** So much of the text was in the folder at some run. */
  seen: number;
}

/** A file that holds the beginning of a stream. */
interface LogFile {
  name: string;
  readonly stream: Stream;
  /** How much of the text it holds. */
  length: number;
  /** How much at the beginning of that was cut off. */
  start: number;
  /** What stands before it, of other streams and how far. */
  before: readonly Joined[];
  /** How its lines end. */
  end: "\n" | "\r\n";
  isGzip: boolean;
  /** Whether its stream goes on in it. */
  grows: boolean;
  /** Whether the beginning of an archive of it stands beside it. */
  hasHalf: boolean;
  /** Whether it is out of the folder. */
  isAway: boolean;
}

/** Text of a stream in a file of another one. */
interface Joined {
  readonly stream: Stream;
  readonly start: number;
  readonly length: number;
}

const CURRENT = "fail2ban.log";
const NUMBERED = /^fail2ban\.log\.(\d+)((?:\.gz)?)$/;
/** Rotated logs with higher numbers are deleted. */
const HIGHEST = 6;
/** No more copies are made while there are so many files. */
const MANY = 12;
/** Seconds that a touched file is older than it could be, at most. */
const OLDER = 100_000;
/** How many lines are written at a time, in small, usual and large logs. */
const MOST_LINES = [2, 20, 20, 20, 900];

/** Logs in a folder of their own. */
export class ChangingLogs implements Disposable {
  /** Everything that was ever written. */
  readonly streams: Stream[] = [];
  readonly #folder = new Folder();
  readonly #next: () => number;
  readonly #lines: RandomLines;
  readonly #mostLines: number;
  #files: LogFile[] = [];
  /** How many names were given that no other file ever has. */
  #names = 0;

  /** Starts without a log; the source of numbers says what comes. */
  constructor(next: () => number) {
    this.#next = next;
    this.#lines = new RandomLines(next);
    this.#mostLines = this.#pick(MOST_LINES) ?? 0;
    Deno.mkdirSync(this.#folder.at("logs"));
    Deno.mkdirSync(this.#folder.at("away"));
  }

  /** What the logs are found by. */
  get glob(): string {
    return this.#folder.at(`logs/${CURRENT}*`);
  }

  /** Whether there is no log in the folder. */
  get isEmpty(): boolean {
    return this.#here().length === 0;
  }

  /** Whether the beginning of an archive is in the folder. */
  get hasHalf(): boolean {
    return this.#files.some(({ hasHalf }) => hasHalf);
  }

  /** Takes notice of what is in the folder at a run; says what that is. */
  see(): string {
    for (const file of this.#here()) {
      for (const { stream, length } of [file, ...file.before]) {
        stream.seen = Math.max(stream.seen, length);
      }
    }
    return this.#here().map((file) => this.#tell(file)).join(", ");
  }

  /** Writes lines to the current log. */
  append(): string {
    const file = this.#current();
    return `append ${this.#write(file, this.#lines.lines(this.#count()))} to ${this.#tell(file)}`;
  }

  /** Writes lines to the current log, the last of them in part; or more of such a line. */
  appendPart(): string {
    const file = this.#current();
    const { rest } = file.stream;
    const isMore = rest !== "" && this.#next() < 0.4;
    const text = isMore ? "" : this.#lines.lines(1 + Math.floor(this.#next() * 3));
    return `append ${this.#write(file, text, true)} to ${this.#tell(file)}`;
  }

  /** Writes lines to a log that was rotated before its writer took notice. */
  appendLate(): string | undefined {
    const file = this.#pick(
      this.#here().filter(({ name, grows, hasHalf }) => grows && !hasHalf && name !== CURRENT),
    );
    if (!file) return undefined;
    const isPart = this.#next() < 0.3;
    const written = this.#write(file, this.#lines.lines(1 + this.#count()), isPart);
    return `append late ${written} to ${this.#tell(file)}`;
  }

  /** Renames the current log, and those before it. */
  rotate(): string | undefined {
    const file = this.#named(CURRENT);
    if (!file) return undefined;
    this.#rename(file, this.#rotatedName());
    const isCompressed = this.#next() < 0.25;
    if (isCompressed) this.#compress(file);
    const isNew = this.#next() < 0.5;
    if (isNew) this.#create();
    return `rotate to ${this.#tell(file)}${isNew ? ", new log" : ""}`;
  }

  /** Copies the current log and empties it; sometimes it is longer than before soon after. */
  copyTruncate(): string | undefined {
    const file = this.#named(CURRENT);
    if (!file) return undefined;
    const name = this.#rotatedName();
    const copy = this.#add({ ...file, name, grows: false });
    this.#put(copy);
    return `copy to ${this.#tell(copy)}, ${this.#empty(file)}`;
  }

  /** Empties the current log, of which there may be no copy. */
  truncate(): string | undefined {
    const file = this.#named(CURRENT);
    return file && this.#empty(file);
  }

  /** Deletes the current log and writes another one, which may get its inode. */
  replace(): string | undefined {
    const file = this.#named(CURRENT);
    if (!file) return undefined;
    this.#remove(file);
    const other = this.#create();
    const written = this.#write(other, this.#lines.lines(this.#count()));
    return `replace by ${written} in ${this.#tell(other)}`;
  }

  /** Deletes a log. */
  delete(): string | undefined {
    const file = this.#pick(this.#free());
    if (!file) return undefined;
    this.#remove(file);
    return `delete ${this.#tell(file)}`;
  }

  /** Compresses a log that was rotated. */
  compress(): string | undefined {
    const file = this.#pick(this.#compressible());
    if (!file) return undefined;
    this.#compress(file);
    return `compress to ${this.#tell(file)}`;
  }

  /** Unpacks an archive. */
  unpack(): string | undefined {
    const file = this.#pick(
      this.#free().filter(({ name, isGzip }) =>
        isGzip && !this.#isTaken(name.slice(0, -3)) && name.endsWith(".gz")
      ),
    );
    if (!file) return undefined;
    Deno.removeSync(this.#path(file));
    file.isGzip = false;
    file.name = file.name.slice(0, -3);
    this.#put(file);
    return `unpack to ${this.#tell(file)}`;
  }

  /** Makes the beginning of an archive of a rotated log. */
  beginArchive(): string | undefined {
    const file = this.#pick(this.#compressible());
    if (!file) return undefined;
    file.hasHalf = true;
    file.grows = false;
    return `begin archive of ${this.#tell(file)}, ${this.#putHalf(file)}`;
  }

  /** Completes such an archive, removes it, or writes another part of it. */
  goOnWithArchive(): string | undefined {
    const file = this.#pick(this.#here().filter(({ hasHalf }) => hasHalf));
    if (!file) return undefined;
    const fate = this.#next();
    if (fate < 0.3) return `another part of ${file.name}.gz, ${this.#putHalf(file)}`;
    file.hasHalf = false;
    if (fate < 0.7) this.#compress(file);
    else Deno.removeSync(`${this.#path(file)}.gz`);
    return fate < 0.7 ? `complete ${this.#tell(file)}` : `remove part ${file.name}.gz`;
  }

  /** Copies a log, or some lines from its beginning on. */
  copy(): string | undefined {
    const file = this.#pick(this.#here());
    if (!file || this.#here().length >= MANY) return undefined;
    // Nothing tells what a part of a line was a part of.
    if (file.start > 0 && !isComplete(file)) return undefined;
    const isGzip = this.#next() < 0.3;
    const name = this.#ownName("copy", isGzip);
    const { text } = file.stream;
    const cut = text.lastIndexOf("\n", Math.floor(this.#next() * file.length) - 1) + 1;
    const isWhole = this.#next() < 0.5 || file.start > 0 || file.before.length > 0;
    const length = isWhole ? file.length : Math.min(cut, file.length);
    const copy = this.#add({
      ...file,
      name,
      isGzip,
      length,
      grows: false,
      hasHalf: false,
    });
    this.#put(copy);
    return `copy ${file.name} to ${this.#tell(copy)}`;
  }

  /** Cuts off the beginning of a log, in place or by a new file, as far as a run saw it. */
  trim(): string | undefined {
    const file = this.#pick(this.#free().filter(({ isGzip }) => !isGzip));
    if (!file || (!file.grows && !isComplete(file))) return undefined;
    const { text, seen } = file.stream;
    const most = Math.min(seen, file.length);
    const cut = text.lastIndexOf("\n", Math.floor(this.#next() * most) - 1) + 1;
    if (cut <= file.start || cut > most) return undefined;
    file.start = cut;
    file.before = [];
    if (this.#next() < 0.5) Deno.removeSync(this.#path(file));
    this.#put(file);
    return `trim ${file.name} to begin at ${cut}`;
  }

  /** Gives the lines of a log other ends. */
  convert(): string | undefined {
    const file = this.#pick(this.#free().filter(({ grows, isGzip }) => !grows && !isGzip));
    if (!file || !isComplete(file)) return undefined;
    file.end = file.end === "\n" ? "\r\n" : "\n";
    this.#put(file);
    return `convert ${file.name} to ${JSON.stringify(file.end)}`;
  }

  /** Joins two logs that a run saw to a further one, members of an archive perhaps. */
  join(): string | undefined {
    const seen = this.#here().filter(({ stream, length, before }) =>
      length <= stream.seen && before.length === 0
    );
    const [first, second] = [this.#pick(seen), this.#pick(seen)];
    if (!first || !second || this.#here().length >= MANY) return undefined;
    if (first.stream === second.stream) return undefined;
    if (!isComplete(first) || !isComplete(second)) return undefined;
    const isGzip = this.#next() < 0.5;
    const name = this.#ownName("joined", isGzip);
    const { stream, start, length } = first;
    const before = [{ stream, start, length }];
    const joined = { ...second, name, isGzip, before, grows: false, hasHalf: false };
    this.#put(this.#add(joined));
    return `join ${first.name} and ${second.name} to ${this.#tell(joined)}`;
  }

  /** Moves a log out of the folder. */
  moveOut(): string | undefined {
    const file = this.#pick(this.#free());
    if (!file) return undefined;
    const from = this.#path(file);
    file.isAway = true;
    // Others of its name may be there.
    file.name = `${this.#names++}/${file.name}`;
    Deno.mkdirSync(this.#folder.at(`away/${file.name.split("/")[0]}`));
    Deno.renameSync(from, this.#path(file));
    return `move out ${this.#tell(file)}`;
  }

  /** Moves a log back into the folder, if need be under another name. */
  moveBack(): string | undefined {
    const file = this.#pick(this.#files.filter(({ isAway }) => isAway));
    if (!file) return undefined;
    const from = this.#path(file);
    const name = file.name.replace(/^.*\//, "");
    file.name = this.#isTaken(name) ? this.#ownName("back", file.isGzip) : name;
    file.isAway = false;
    Deno.renameSync(from, this.#path(file));
    return `move back ${this.#tell(file)}`;
  }

  /** Changes only the time at which a log was written last. */
  touch(): string | undefined {
    const file = this.#pick(this.#here());
    if (!file) return undefined;
    this.#stamp(this.#path(file), Math.floor(this.#next() * OLDER));
    return `touch ${file.name}`;
  }

  /** Sets the clock of the lines back. */
  setBack(): string {
    return `set the clock back by ${this.#lines.setBack()} hours`;
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }

  #pick<Item>(from: readonly Item[]): Item | undefined {
    return from[Math.floor(this.#next() * from.length)];
  }

  /** How many lines to write: mostly few, sometimes none. */
  #count(): number {
    return this.#next() < 0.1 ? 0 : 1 + Math.floor(this.#next() ** 2 * this.#mostLines);
  }

  #here(): LogFile[] {
    return this.#files.filter(({ isAway }) => !isAway);
  }

  /** What is in the folder and has no part of an archive beside it. */
  #free(): LogFile[] {
    return this.#here().filter(({ hasHalf }) => !hasHalf);
  }

  #compressible(): LogFile[] {
    return this.#free().filter(({ name, isGzip }) =>
      name !== CURRENT && !isGzip && !this.#isTaken(`${name}.gz`)
    );
  }

  #named(name: string): LogFile | undefined {
    return this.#here().find((file) => file.name === name);
  }

  #isTaken(name: string): boolean {
    return this.#here().some((file) =>
      file.name === name || (file.hasHalf && `${file.name}.gz` === name)
    );
  }

  #path({ name, isAway }: LogFile): string {
    return this.#folder.at(`${isAway ? "away" : "logs"}/${name}`);
  }

  #tell({ name, stream, start, length, before }: LogFile): string {
    const others = before.map(({ stream, length }) => `stream ${stream.number} to ${length}, `);
    const from = start > 0 ? ` from ${start}` : "";
    return `${name} (${others.join("")}stream ${stream.number}${from} to ${length})`;
  }

  #ownName(kind: string, isGzip: boolean): string {
    return `${CURRENT}.${kind}${this.#names++}${isGzip ? ".gz" : ""}`;
  }

  #add(file: LogFile): LogFile {
    this.#files.push(file);
    return file;
  }

  #current(): LogFile {
    return this.#named(CURRENT) ?? this.#create();
  }

  #create(): LogFile {
    const file = this.#add(this.#emptyLog());
    this.#put(file);
    return file;
  }

  #emptyLog(): LogFile {
    const stream = { number: this.streams.length, text: "", rest: "", seen: 0 };
    this.streams.push(stream);
    const state = { isGzip: false, grows: true, hasHalf: false, isAway: false };
    return { name: CURRENT, stream, length: 0, start: 0, before: [], end: "\n", ...state };
  }

  /** Writes the rest of the last line and more, all of it or only to somewhere in the last line. */
  #write(file: LogFile, text: string, isPart = false): string {
    const { stream } = file;
    const all = stream.rest + text;
    const cut = isPart ? this.#cutIn(all) : all.length;
    stream.rest = all.slice(cut);
    stream.text += all.slice(0, cut);
    file.length = stream.text.length;
    const path = this.#path(file);
    Deno.writeTextFileSync(path, all.slice(0, cut), { append: true });
    this.#stamp(path);
    return `${cut} bytes${stream.rest === "" ? "" : ", the last line in part,"}`;
  }

  /** A place in the last line, often in the address. */
  #cutIn(text: string): number {
    const start = text.lastIndexOf("\n", text.length - 2) + 1;
    const most = text.length - 1 - start;
    const left = Math.floor(this.#next() * (this.#next() < 0.6 ? Math.min(12, most) : most));
    return text.length - 1 - left;
  }

  /** Writes a whole file anew. */
  #put(file: LogFile): void {
    Deno.writeFileSync(this.#path(file), this.#bytesOf(file));
    this.#stamp(this.#path(file));
  }

  #bytesOf({ isGzip, end, before, ...own }: LogFile): Uint8Array {
    const members = [...before, own].map(({ stream, start, length }) =>
      stream.text.slice(start, length).replaceAll("\n", end)
    );
    if (!isGzip) return new TextEncoder().encode(members.join(""));
    return new Uint8Array(Buffer.concat(members.map((text) => gzipSync(text))));
  }

  /** Dates a file, so that no two states of a file have the same date and size. */
  #stamp(path: string, secondsAgo = 0): void {
    const time = this.#lines.tick() / 1000 - secondsAgo;
    Deno.utimeSync(path, time, time);
  }

  #empty(file: LogFile): string {
    Deno.truncateSync(this.#path(file), 0);
    this.#stamp(this.#path(file));
    this.#forget(file);
    const other = this.#add(this.#emptyLog());
    if (this.#next() < 0.6) return `truncate ${this.#tell(file)}`;
    while (other.length <= file.length) this.#write(other, this.#lines.lines(1 + this.#count()));
    return `truncate ${this.#tell(file)} and write ${this.#tell(other)}`;
  }

  #forget(file: LogFile): void {
    this.#files = this.#files.filter((other) => other !== file);
  }

  #remove(file: LogFile): void {
    Deno.removeSync(this.#path(file));
    if (file.hasHalf) Deno.removeSync(`${this.#path(file)}.gz`);
    this.#forget(file);
  }

  #rename(file: LogFile, name: string): void {
    const from = this.#path(file);
    file.name = name;
    Deno.renameSync(from, this.#path(file));
    if (file.hasHalf) Deno.renameSync(`${from}.gz`, `${this.#path(file)}.gz`);
  }

  /** A name for the current log: a date, or number 1 once the others have made room. */
  #rotatedName(): string {
    if (this.#next() < 0.3) {
      const day = new Date(Date.UTC(2026, 10, 20 + this.#names++));
      return `${CURRENT}-${day.toISOString().slice(0, 10).replaceAll("-", "")}`;
    }
    const numbered = this.#here().flatMap((file) => {
      const [, number, ending = ""] = NUMBERED.exec(file.name) ?? [];
      return number === undefined ? [] : [{ file, number: Number(number), ending }];
    });
    for (const { file, number, ending } of numbered.toSorted((a, b) => b.number - a.number)) {
      if (number >= HIGHEST) this.#remove(file);
      else this.#rename(file, `${CURRENT}.${number + 1}${ending}`);
    }
    return `${CURRENT}.1`;
  }

  /** Puts an archive in the place of a log; its date stays. */
  #compress(file: LogFile): void {
    const from = this.#path(file);
    const { mtime } = Deno.statSync(from);
    file.name += ".gz";
    file.isGzip = true;
    file.grows = false;
    this.#put(file);
    if (mtime) Deno.utimeSync(this.#path(file), mtime, mtime);
    Deno.removeSync(from);
  }

  #putHalf(file: LogFile): string {
    const archive = this.#bytesOf({ ...file, isGzip: true });
    const length = Math.floor(this.#next() * archive.length);
    const path = `${this.#path(file)}.gz`;
    Deno.writeFileSync(path, archive.subarray(0, length));
    this.#stamp(path);
    return `${length} of ${archive.length} bytes`;
  }
}

/** Whether the last line of a log has its end. */
function isComplete({ stream, length }: LogFile): boolean {
  return length === 0 || stream.text[length - 1] === "\n";
}
