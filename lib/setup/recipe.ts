/**
 * Recognises an install of the recipe that permaban takes the place of: a jail over fail2ban's logs,
 * a filter for its ban lines, and an action that keeps a list in a file.
 *
 * People named its files as they liked, so it is known by what its action must do: mention a file
 * `ip.blocklist.NAME`. A name with `repeatoffender` in it does as well.
 *
 * @module
 */

import { settingsIn, settingsOf } from "./fail2ban_settings.ts";

/** What there is of the recipe. */
export interface Recipe {
  /** Its lists, by their names in fail2ban's folder. */
  readonly lists: readonly string[];
  /** Its actions and filters, the same. */
  readonly files: readonly string[];
  /** Its jails. */
  readonly jails: readonly RecipeJail[];
}

/** A jail of the recipe. */
export interface RecipeJail {
  /** Its name. */
  readonly name: string;
  /** The file in fail2ban's folder that decides whether it is enabled, and the line. */
  readonly file: string;
  /** The line of that file, from 1 on. */
  readonly line: number;
  /** Whether it is enabled. */
  readonly isEnabled: boolean;
}

/** Where the recipe's action keeps its list. */
const LIST = /^ip\.blocklist\.[\w.-]+$/;
/** What it calls itself. */
const NAME = /repeat-?offender/i;

/**
 * Looks for the recipe.
 *
 * @param files The files in fail2ban's folder by their paths in it, such as `jail.d/sshd.conf`.
 * @returns What there is of it, or `undefined`.
 */
export function recognizeRecipe(files: ReadonlyMap<string, string>): Recipe | undefined {
  const names = [...files.keys()].sort();
  const isPart = (path: string) =>
    /^(?:action|filter)\.d\/.*\.(?:conf|local)$/.test(path) &&
    (NAME.test(path) || (path.startsWith("action.d/") && keepsList(path, files.get(path) ?? "")));
  const parts = names.filter(isPart);
  const lists = names.filter((name) => LIST.test(name) && !name.endsWith("~"));
  const jails = jailsOf(files, parts);
  if (parts.length + lists.length + jails.length === 0) return undefined;
  return { lists, files: parts, jails };
}

function keepsList(path: string, text: string): boolean {
  return settingsIn(path, text).some(({ value }) => value.includes("ip.blocklist."));
}

function jailsOf(files: ReadonlyMap<string, string>, parts: readonly string[]): RecipeJail[] {
  const used = new Set(parts.map((path) => path.replace(/^.*\/|\.\w+$/g, "")));
  const jails = new Map<string, RecipeJail>();
  const found = new Set<string>();
  for (const { file, section, name, value, line } of settingsOf("jail", files)) {
    if (section === "DEFAULT" || section === "INCLUDES" || section === "permaban") continue;
    if (NAME.test(section) || (/^(?:ban)?action|^filter$/.test(name) && names(value, used))) {
      found.add(section);
    }
    const jail = jails.get(section) ?? { name: section, file, line, isEnabled: false };
    const isEnabled = /^(?:1|true|yes|on)$/i.test(value);
    jails.set(section, name === "enabled" ? { ...jail, file, line, isEnabled } : jail);
  }
  return [...jails.values()].filter(({ name }) => found.has(name));
}

/** Whether a jail's setting calls for one of some actions or filters: `name[option=…]`, one a line. */
function names(value: string, wanted: ReadonlySet<string>): boolean {
  return value.split("\n").some((line) => wanted.has(line.replace(/\[.*$/s, "").trim()));
}
