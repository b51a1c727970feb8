/**
 * The journal as a file: what changed in the lists, a record for each change.
 *
 * A record is appended and synced before the new list takes the old one's place, and marked as done
 * behind that, all under the journal's lock; so one that is not marked is the last, and of a process
 * that was killed: whether the list is the file that it speaks of tells whether it happened. At a
 * certain size the file becomes `journal.1`, in the place of the one before.
 *
 * @module
 */

import fs from "node:fs";
import { basename, dirname, join } from "@std/path/posix";
import { FileError } from "../file/file_error.ts";
import { ifThere } from "../file/is_there.ts";
import { lockFile } from "../file/lock_file.ts";
import { readFile, readFolder } from "../file/read_file.ts";
import { syncFolder } from "../file/replace_file.ts";
import { refuseOthers } from "../file/trusted_file.ts";
import {
  type Apart,
  formatRecord,
  formatState,
  type JournalRecord,
  type ListKind,
  parseRecord,
} from "./journal_record.ts";
import type { Part } from "./line_difference.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR, O_WRONLY } = fs.constants;

/** How long to wait for another change of any list to end, in milliseconds. */
const PATIENCE = 30_000;
/** The size from which on the journal is put aside, in bytes. */
const FULL = 1 << 20;
/** As much of its end as is looked at for the number of the last run: several records. */
const TAIL = 1 << 18;
/** More lines of a change, or bytes of them, go into a file of their own. */
const MANY_LINES = 100;
const MANY_BYTES = 1 << 14;
/** How many of those files are kept. */
const MOST_APART = 10;
const NEWLINE = 0x0a;

/** Who changes which list. */
export interface Author {
  /** When, in seconds since 1970. */
  readonly at: number;
  /** Who, as far as that is known. */
  readonly who: string;
  /** The command. */
  readonly command: string;
  /** Which list. */
  readonly kind: ListKind;
  /** The file. */
  readonly path: string;
}

/** A journal that this process alone may write to until {@linkcode Journal.close}. */
export class Journal {
  /** The number of this run. */
  readonly run: number;
  readonly #path: string;
  readonly #lock: Disposable;
  #file: number;
  #size: number;
  /** The last records. */
  readonly #last: readonly string[];
  readonly #parts: Part[] = [];
  readonly #counts = { "-": 0, "+": 0 };
  #bytes = 0;
  #apart: { readonly file: number; readonly name: string; readonly index: string[] } | undefined;
  #line: string | undefined;

  private constructor(path: string, lock: Disposable, run: number | undefined) {
    this.#path = path;
    this.#lock = lock;
    this.#file = open(path);
    try {
      this.#size = this.#mend(fs.fstatSync(this.#file).size);
      this.#last = this.#tail();
      this.run = run ?? 1 + Math.max(0, ...this.#last.map((line) => Number(line.split("\t")[1])));
    } catch (error) {
      fs.closeSync(this.#file);
      throw error;
    }
  }

  /**
   * Waits until no other process holds the journal, and holds it.
   *
   * @param path The file, made if it is not there, and so is its folder.
   * @param run The number of this run, if it has one already.
   * @throws {FileError} If another process holds it for too long, or it is not one to write to.
   * @throws {Error} If the system refuses.
   */
  static async hold(path: string, run: number | undefined): Promise<Journal> {
    const lock = await lockFile(path, PATIENCE);
    try {
      return new Journal(lock.target, lock, run);
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /** Takes lines that went or came; many go to a file at once. */
  note({ sign, at, bytes }: Part, kind: ListKind): void {
    this.#counts[sign] += countLines(bytes);
    this.#bytes += bytes.length;
    const isMany = this.#counts["-"] + this.#counts["+"] > MANY_LINES || this.#bytes > MANY_BYTES;
    if (isMany && !this.#apart) {
      this.#apart = this.#makeApart(`undo-${this.run}-${kind}`);
      for (const part of this.#parts.splice(0)) this.#writeApart(part);
    }
    if (this.#apart) this.#writeApart({ sign, at, bytes });
    // The bytes may be those of the file as it is read and of pieces that are used again.
    else this.#parts.push({ sign, at, bytes: bytes.slice() });
  }

  /**
   * Writes down what was noted, for good unless {@linkcode close} is told otherwise.
   *
   * @param author Whose change it is.
   * @param inode The inode of the new list.
   * @throws {Error} If the system refuses; nothing is written then.
   */
  write(author: Author, inode: number): void {
    const { "-": removed, "+": added } = this.#counts;
    if (removed + added === 0) return;
    const lines = this.#apart ? this.#finishApart() : this.#parts;
    const counts = { removed, added, lines };
    const line = formatRecord({ ...author, run: this.run, state: inode, ...counts });
    const bytes = encoder.encode(line);
    if (this.#size > 0 && this.#size + bytes.length > FULL) this.#putAside();
    try {
      writeAll(this.#file, bytes, this.#size);
      fs.fsyncSync(this.#file);
    } catch (error) {
      fs.ftruncateSync(this.#file, this.#size);
      throw error;
    }
    if (this.#size === 0) syncFolder(dirname(this.#path));
    this.#line = line;
  }

  /** Marks what was written as done, or takes it back, and lets go of the journal. */
  close(isDone: boolean): void {
    try {
      if (this.#line !== undefined && isDone) this.#mark("done", this.#line, this.#size);
      if (this.#line !== undefined && !isDone) fs.ftruncateSync(this.#file, this.#size);
      if (this.#apart) {
        fs.closeSync(this.#apart.file);
        if (!isDone) fs.rmSync(this.#besides(this.#apart.name), { force: true });
      }
    } catch {
      // The change has happened or not, as the next one will see by the list.
    } finally {
      fs.closeSync(this.#file);
      this.#lock[Symbol.dispose]();
    }
  }

  #mark(state: "done" | "void", line: string, start: number): void {
    const { at, text } = formatState(state, line);
    writeAll(this.#file, encoder.encode(text), start + at);
  }

  /** Cuts off a record that was not written whole, and settles one of which nobody knows. */
  #mend(size: number): number {
    const tail = readAt(this.#file, Math.max(0, size - TAIL), Math.min(size, TAIL));
    const end = size - tail.length + tail.lastIndexOf(NEWLINE) + 1;
    if (end < size) fs.ftruncateSync(this.#file, end);
    const whole = tail.subarray(0, tail.lastIndexOf(NEWLINE) + 1);
    const start = whole.lastIndexOf(NEWLINE, whole.length - 2) + 1;
    const line = decoder.decode(whole.subarray(start, -1));
    const record = parseRecord(line);
    if (record && typeof record.state === "number") {
      this.#mark(settled(record), line, end - whole.length + start);
    }
    return end;
  }

  /** The last records, of the journal before this one if it is empty. */
  #tail(): string[] {
    const last = Math.min(this.#size, TAIL);
    const bytes = this.#size > 0
      ? readAt(this.#file, this.#size - last, last)
      : (ifThere(() => readFile(`${this.#path}.1`)) ?? new Uint8Array(0)).subarray(-TAIL);
    return decoder.decode(bytes).split("\n").filter((line) => parseRecord(line) !== undefined);
  }

  #putAside(): void {
    fs.renameSync(this.#path, `${this.#path}.1`);
    fs.closeSync(this.#file);
    this.#file = open(this.#path);
    this.#size = 0;
    const known = decoder.decode(readFile(`${this.#path}.1`));
    for (const name of this.#namesApart()) {
      const isOurs = name === this.#apart?.name;
      if (!isOurs && !known.includes(`=${name} `)) fs.rmSync(this.#besides(name), { force: true });
    }
  }

  #besides(name: string): string {
    return join(dirname(this.#path), name);
  }

  /** The files with the lines of long changes, those of the oldest runs first. */
  #namesApart(): string[] {
    const number = (name: string) => Number(name.split("-")[1]);
    return readFolder(dirname(this.#path)).filter((name) => /^undo-\d+-[a-z]+(?:-\d+)?$/.test(name))
      .sort((a, b) => number(a) - number(b));
  }

  #makeApart(wanted: string) {
    // A run may change a list more than once.
    const earlier = this.#last.filter((line) => line.includes(`=${wanted}`)).length;
    const name = earlier === 0 ? wanted : `${wanted}-${earlier + 1}`;
    const others = this.#namesApart().filter((other) => other !== name);
    for (const old of others.slice(0, -MOST_APART + 1)) {
      fs.rmSync(this.#besides(old), { force: true });
    }
    const path = this.#besides(name);
    // One that a killed process left behind.
    fs.rmSync(path, { force: true });
    const file = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    return { file, name, index: [] };
  }

  #writeApart({ sign, at, bytes }: Part): void {
    if (!this.#apart) return;
    writeAll(this.#apart.file, bytes, null);
    this.#apart.index.push(`${sign}${at} ${bytes.length}\n`);
  }

  #finishApart(): Apart {
    if (!this.#apart) throw new TypeError("There is no such file");
    const { file, name, index } = this.#apart;
    writeAll(file, encoder.encode(index.join("")), null);
    fs.fsyncSync(file);
    return { name, length: this.#bytes };
  }
}

/** What a journal says. */
export interface JournalContent {
  /** The records, oldest first, each settled. */
  readonly records: readonly JournalRecord[];
  /** Lines that are none. */
  readonly faults: readonly { readonly file: string; readonly line: number }[];
}

/**
 * Reads a journal and the one before it. Another process may be writing.
 *
 * @param path The file.
 * @throws {FileError} If it is not one that root or this user alone can write to.
 * @throws {Error} If the system refuses.
 */
export function readJournal(path: string): JournalContent {
  const records: JournalRecord[] = [];
  const faults: { file: string; line: number }[] = [];
  // The later one first: it may become the other one at this moment.
  const texts = [path, `${path}.1`].map((file) => ({ file, text: readTrusted(file) }));
  const [current, before] = texts;
  const isSame = current && before && current.text !== "" && before.text.startsWith(current.text);
  for (const { file, text } of isSame ? [before] : texts.toReversed()) {
    const lines = text.split("\n");
    // Behind the last line end there is nothing, or what is being written.
    lines.pop();
    lines.forEach((line, at) => {
      const record = parseRecord(line);
      if (!record) faults.push({ file, line: at + 1 });
      else if (typeof record.state !== "number") records.push(record);
      else records.push({ ...record, state: settled(record) });
    });
  }
  return { records, faults };
}

/**
 * The lines of a record that are in a file beside the journal.
 *
 * @param path The journal.
 * @param record The record.
 * @returns `undefined` if the file is not there any more, or not whole.
 * @throws {Error} If the system refuses.
 */
export function partsOf(path: string, { lines }: JournalRecord): readonly Part[] | undefined {
  if (!("name" in lines)) return lines;
  const bytes = ifThere(() => readFile(join(dirname(path), basename(lines.name))));
  if (!bytes || bytes.length < lines.length) return undefined;
  const parts: Part[] = [];
  let start = 0;
  for (const line of decoder.decode(bytes.subarray(lines.length)).split("\n").slice(0, -1)) {
    const [, sign, at, length] = /^([-+])(\d{1,15}) (\d{1,15})$/.exec(line) ?? [];
    if (sign !== "-" && sign !== "+") return undefined;
    const end = start + Number(length);
    parts.push({ sign, at: Number(at), bytes: bytes.subarray(start, end) });
    start = end;
  }
  return start === lines.length ? parts : undefined;
}

function readTrusted(path: string): string {
  const info = fs.lstatSync(path, { throwIfNoEntry: false });
  if (!info) return "";
  if (!info.isFile()) throw new FileError(path, "It is not a regular file");
  refuseOthers(path, info);
  return decoder.decode(readFile(path));
}

/** Whether a change happened whose process was killed before it could say so. */
function settled({ state, path }: JournalRecord): "done" | "void" {
  const inode = fs.lstatSync(path, { throwIfNoEntry: false })?.ino;
  return inode === state ? "done" : "void";
}

function open(path: string): number {
  return fs.openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
}

function readAt(file: number, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let end = 0;
  while (end < length) {
    const count = fs.readSync(file, bytes, end, length - end, start + end);
    if (count === 0) break;
    end += count;
  }
  return bytes.subarray(0, end);
}

function writeAll(file: number, bytes: Uint8Array, position: number | null): void {
  for (let at = 0; at < bytes.length;) {
    const place = position === null ? null : position + at;
    at += fs.writeSync(file, bytes, at, bytes.length - at, place);
  }
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) at = bytes.indexOf(NEWLINE, at) + 1 || bytes.length;
  return count;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
