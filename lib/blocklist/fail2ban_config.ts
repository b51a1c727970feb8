/**
 * The jails of fail2ban, or one of its filters or actions, as they are configured: which files it
 * reads in which order, which value wins, and what `%(name)s` stands for.
 *
 * @module
 */

import { basename, dirname, join } from "@std/path/posix";
import { FileError } from "../file/file_error.ts";
import { ifThere } from "../file/is_there.ts";
import { readFolder, readRegularFile } from "../file/read_file.ts";
import { systemReason } from "../log/system_reason.ts";
import { type IniFile, type IniValue, parseIni } from "./ini_file.ts";

/** Something in the configuration that fail2ban would not understand either. */
export interface ConfigFault {
  /** The file. */
  readonly file: string;
  /** The number of the line, from 1; absent where it is the file. */
  readonly line?: number;
  /** What is wrong. */
  readonly message: string;
}

/** Where a value stands. */
export interface Place {
  /** The file. */
  readonly file: string;
  /** The number of the line, from 1. */
  readonly line: number;
}

interface Raw extends IniValue, Place {}

/** What an option says: the text once everything is put in, or why that cannot be done. */
export type Resolved = Place & ({ readonly text: string } | { readonly fault: string });

/** How deep `%(name)s` may lead to others. */
const DEEPEST = 10;
/** How long a value may become, in characters, each %(name)s counted for many. */
const LONGEST = 1 << 20;
const REFERENCE_COST = 64;
/** How many files are read for all includes, which may go round in circles. */
const MOST_FILES = 100;
const DEFAULT = "DEFAULT";

/** The merged configuration. */
export class Fail2banConfig {
  /** What was wrong with it so far. */
  readonly faults: ConfigFault[] = [];
  /** The files that were read, in their order; one may be there twice. */
  readonly files: readonly string[];
  readonly #sections = new Map<string, Map<string, Raw>>();
  /** What an option of a section was before the last file that changed it. */
  readonly #before = new Map<string, Map<string, Raw>>();
  readonly #read = new Map<string, IniFile | undefined>();
  #includes = 0;

  /**
   * Reads the jails of a configuration, or something else in it.
   *
   * @param folder Where it is, such as `/etc/fail2ban`.
   * @param name What to read: `jail`, or a filter or an action, as in `filter.d/sshd`.
   * @throws {Error} If the system refuses to say what is in the folder.
   */
  constructor(folder: string, name = "jail") {
    const path = join(folder, name);
    const inFolder = ifThere(() => readFolder(`${path}.d`)) ?? [];
    const beside = readFolder(dirname(path));
    const ending = (end: string) => [
      ...beside.filter((other) => other === basename(path) + end).map(() => path + end),
      ...inFolder.filter((other) => other.endsWith(end) && !other.startsWith("."))
        .map((other) => join(`${path}.d`, other)),
    ];
    const names = [...ending(".conf"), ...ending(".local")];
    this.files = this.#withIncludes(names, []);
    this.#section(DEFAULT).set("fail2ban_confpath", { text: folder, file: folder, line: 0 });
    for (const file of this.files) this.#merge(file);
  }

  /** The sections that are jails. */
  jails(): string[] {
    return [...this.#sections.keys()].filter((name) => name !== DEFAULT && name !== "INCLUDES");
  }

  /** The options that a section has itself, and where the one that holds stands. */
  options(section: string): ReadonlyMap<string, Place> {
    return this.#sections.get(section) ?? new Map();
  }

  /**
   * The value of an option.
   *
   * @param section A jail, or `DEFAULT`.
   * @param option The name of the option, in lower case.
   * @returns `undefined` if neither the section nor `DEFAULT` has it.
   */
  get(section: string, option: string): Resolved | undefined {
    const defaults = this.#section(DEFAULT);
    const raw = this.#sections.get(section)?.get(option) ?? defaults.get(option);
    if (!raw) return undefined;
    const { file, line } = raw;
    const names = new Map([...defaults, ...this.#section(section)].map(
      ([name, { text }]) => [name, text],
    ));
    try {
      return { text: this.#resolve(raw.text, section, names, 1, { left: LONGEST }), file, line };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return { fault: error.message, file, line };
    }
  }

  /** Files with those that they include before and after themselves. */
  #withIncludes(files: readonly string[], above: readonly string[]): string[] {
    const all = files.flatMap((file) => {
      const local = file.replace(/(?<=[^/.][^/]*)\.[^./]*$/, "") + ".local";
      return files.includes(local) || !this.#file(local) ? [file] : [file, local];
    });
    return all.flatMap((file) => {
      const found = this.#file(file);
      if (!found) return [];
      const included = (option: string) => this.#included(file, found, option, above);
      return [...included("before"), file, ...included("after")];
    });
  }

  #included(file: string, ini: IniFile, option: string, above: readonly string[]): string[] {
    const alone = ini.sections.get("INCLUDES");
    const value = alone?.get(option);
    if (!alone || !value) return [];
    const names = new Map([...ini.sections.get(DEFAULT) ?? [], ...alone].map(
      ([name, { text }]) => [name, text],
    ));
    let text: string;
    try {
      text = this.#resolve(value.text, "INCLUDES", names, 1, { left: LONGEST });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.faults.push({ file, line: value.line, message: error.message });
      return [];
    }
    return text.split("\n").filter((name) => name !== "").flatMap((name) => {
      const path = name.startsWith("/") ? name : join(dirname(file), name);
      if (above.includes(path)) return [];
      if (++this.#includes <= MOST_FILES) return this.#withIncludes([path], [...above, file]);
      if (this.#includes === MOST_FILES + 1) {
        this.faults.push({
          file,
          line: value.line,
          message: "Files include each other without end",
        });
      }
      return [];
    });
  }

  /** A file, read once, if it is there: some that are included are for the admin to make. */
  #file(path: string): IniFile | undefined {
    if (this.#read.has(path)) return this.#read.get(path);
    let found: IniFile | undefined;
    try {
      const bytes = ifThere(() => readRegularFile(path));
      found = bytes && parseIni(decoder.decode(bytes));
      for (const { line, message } of found?.faults ?? []) {
        this.faults.push({ file: path, line, message });
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      this.faults.push({ file: path, message: `Cannot read it: ${reason}` });
    }
    this.#read.set(path, found);
    return found;
  }

  #merge(file: string): void {
    for (const [header, options] of this.#file(file)?.sections ?? []) {
      // With a condition, as in [Init?family=inet6], the section is there and its options are others.
      const [, name = header, condition = ""] = /^([\p{L}\p{N}_]+)(\?.+)$/su.exec(header) ?? [];
      const section = this.#sections.get(name);
      if (section && name !== DEFAULT) {
        const before = this.#before.get(name) ?? new Map<string, Raw>();
        for (const option of options.keys()) {
          const value = section.get(option + condition);
          if (value) before.set(option + condition, value);
        }
        this.#before.set(name, before);
      }
      const merged = this.#section(name);
      for (const [option, value] of options) merged.set(option + condition, { ...value, file });
    }
  }

  #section(name: string): Map<string, Raw> {
    const section = this.#sections.get(name) ?? new Map<string, Raw>();
    this.#sections.set(name, section);
    return section;
  }

  /**
   * Puts in what `%(name)s` stands for.
   *
   * @throws {SyntaxError} If that cannot be done.
   */
  #resolve(
    text: string,
    section: string,
    names: ReadonlyMap<string, string>,
    depth: number,
    room: { left: number },
  ): string {
    if (depth > DEEPEST) throw new SyntaxError("%(…)s leads to others without end");
    const here = new Map([...names, ["__name__", section]]);
    this.#findElsewhere(text, section, here);
    let resolved = "";
    for (let at = 0; at < text.length;) {
      const next = text.indexOf("%", at);
      resolved += text.slice(at, next < 0 ? undefined : next);
      if ((room.left -= (next < 0 ? text.length : next) - at) < 0) {
        throw new SyntaxError("%(…)s makes a text that is far too long");
      }
      if (next < 0) break;
      if (text[next + 1] === "%") {
        resolved += "%";
        at = next + 2;
        continue;
      }
      REFERENCE.lastIndex = next;
      const [whole, name] = REFERENCE.exec(text) ?? [];
      if (whole === undefined || name === undefined) {
        throw new SyntaxError('A "%" stands alone: it is "%(name)s", or "%%" for itself');
      }
      room.left -= REFERENCE_COST;
      const value = here.get(name.toLowerCase());
      if (value === undefined) throw new SyntaxError(`Nothing says what "${whole}" stands for`);
      resolved += this.#resolve(value, section, here, depth + 1, room);
      at = next + whole.length;
    }
    return resolved;
  }

  /** Finds the values of `%(section/name)s`, and of `%(known/name)s`: what it was before. */
  #findElsewhere(text: string, section: string, names: Map<string, string>): void {
    for (const [, whole = "", where = "", option = ""] of text.matchAll(ELSEWHERE)) {
      if (names.has(whole)) continue;
      const kind = where.toLowerCase();
      const other = kind === "known" ? this.#before.get(section) : this.#sections.get(where);
      if (!other && kind !== "known" && kind !== "default") continue;
      const own = kind === "default" ? undefined : other?.get(option);
      const value = own ?? this.#section(DEFAULT).get(option);
      if (value) names.set(whole, value.text);
    }
  }
}

/** Why a file was not read, in words; `undefined` for what is no fault of the file. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof FileError) return "it is no regular file";
  return error instanceof TypeError ? "it is not in UTF-8" : systemReason(error);
}

const REFERENCE = /%\(([^)]+)\)s/y;
const ELSEWHERE = /%\((([\p{L}\p{N}_-]+)\/([^)]+))\)s/gu;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
