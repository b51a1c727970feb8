/**
 * Reads configuration files as fail2ban writes them.
 *
 * @module
 */

/** A setting in a file. */
export interface IniSetting {
  /** The section it stands in, empty before the first. */
  readonly section: string;
  /** Its name. */
  readonly name: string;
  /** Its value, the lines of a longer one joined by line ends. */
  readonly value: string;
  /** Its line, from 1 on. */
  readonly line: number;
}

/**
 * Reads the settings of a file, by the rules of Python's `configparser` as fail2ban uses it:
 * `name = value` or `name: value`, continued on lines that begin with a space, and comments on lines
 * of their own that begin with `#` or `;`. Other lines are passed over.
 *
 * @param text The file.
 * @returns Its settings in their order; of one that stands there twice, both.
 */
export function parseIni(text: string): IniSetting[] {
  const settings: { section: string; name: string; value: string; line: number }[] = [];
  let section = "";
  let isOpen = false;
  text.split(/\r?\n/).forEach((line, index) => {
    if (/^\s*[#;]/.test(line)) return;
    const last = settings.at(-1);
    if (/^\s/.test(line) && line.trim() !== "") {
      if (isOpen && last) last.value += `\n${line.trim()}`;
      return;
    }
    const head = /^\[([^\]]+)\]/.exec(line);
    const [, name, value = ""] = /^([^\s:=\[][^:=]*?)\s*[:=]\s*(.*?)\s*$/.exec(line) ?? [];
    if (head) section = head[1] ?? "";
    else if (name !== undefined) settings.push({ section, name, value, line: index + 1 });
    isOpen = !head && (name !== undefined || (isOpen && line.trim() === ""));
  });
  return settings;
}

/**
 * The order in which fail2ban reads files of one name, a later one winning: `jail.conf`, those in
 * `jail.d` ending in `.conf`, `jail.local`, those in `jail.d` ending in `.local`.
 *
 * @param name Such as `jail`.
 * @param files Paths below fail2ban's folder, such as `jail.d/sshd.conf`.
 * @returns Those that belong to the name, in this order.
 */
export function readingOrder(name: string, files: readonly string[]): string[] {
  const sorted = [...files].sort((a, b) => a < b ? -1 : 1);
  const inFolder = (end: string) =>
    sorted.filter((file) => file.startsWith(`${name}.d/`) && file.endsWith(end));
  const plain = (end: string) => sorted.filter((file) => file === name + end);
  return [...plain(".conf"), ...inFolder(".conf"), ...plain(".local"), ...inFolder(".local")];
}
