/**
 * The settings in fail2ban's files, as they are read: nothing is put in, and none is left out.
 *
 * @module
 */

import { parseIni } from "../blocklist/ini_file.ts";

/** A setting, and where it stands. */
export interface Fail2banSetting {
  /** The file in fail2ban's folder, such as `jail.d/sshd.conf`. */
  readonly file: string;
  /** Its line, from 1 on. */
  readonly line: number;
  /** The section it stands in. */
  readonly section: string;
  /** Its name, in lower case. */
  readonly name: string;
  /** Its value, the lines of a longer one joined by line ends. */
  readonly value: string;
}

/**
 * The settings of a kind, in the order in which fail2ban reads them: a later one wins.
 *
 * @param kind Such as `jail`.
 * @param files The files in fail2ban's folder by their paths in it.
 */
export function settingsOf(kind: string, files: ReadonlyMap<string, string>): Fail2banSetting[] {
  return readingOrder(kind, [...files.keys()]).flatMap((file) =>
    settingsIn(file, files.get(file) ?? "")
  );
}

/** The settings in a file. */
export function settingsIn(file: string, text: string): Fail2banSetting[] {
  return [...parseIni(text).sections].flatMap(([section, options]) =>
    Array.from(options, ([name, { text, line }]) => ({ file, line, section, name, value: text }))
  );
}

/**
 * The order in which fail2ban reads files of one kind: `jail.conf`, those in `jail.d` ending in
 * `.conf`, `jail.local`, those in `jail.d` ending in `.local`.
 */
function readingOrder(kind: string, files: readonly string[]): string[] {
  const sorted = [...files].sort((a, b) => a < b ? -1 : 1);
  const inFolder = (end: string) =>
    sorted.filter((file) => file.startsWith(`${kind}.d/`) && file.endsWith(end));
  const plain = (end: string) => sorted.filter((file) => file === kind + end);
  return [...plain(".conf"), ...inFolder(".conf"), ...plain(".local"), ...inFolder(".local")];
}
