/**
 * Reads the configuration of logrotate, as far as it says what becomes of one log.
 *
 * @module
 */

/** What logrotate does with a log. */
export interface Rotation {
  /** The file that says so, and the line in which its block begins. */
  readonly file: string;
  readonly line: number;
  /** What holds for the log, by the names of directives; the last of each, in the block or above. */
  readonly directives: ReadonlyMap<string, string>;
}

/** Words that come to the same, under one name each. */
const SAME: Readonly<Record<string, readonly [name: string, value: string]>> = {
  hourly: ["interval", "hourly"],
  daily: ["interval", "daily"],
  weekly: ["interval", "weekly"],
  monthly: ["interval", "monthly"],
  yearly: ["interval", "yearly"],
  nocompress: ["compress", "no"],
  nodelaycompress: ["delaycompress", "no"],
  noolddir: ["olddir", ""],
};
/** Directives that are followed by a script, up to `endscript`. */
const SCRIPT = /^(?:postrotate|prerotate|firstaction|lastaction|preremove)$/;
/** How deep files may include each other. */
const DEEPEST = 8;
/** Names that editors and packages leave behind: logrotate passes over them, too. */
const LEFT_BEHIND = /~$|\.(?:bak|dpkg-\w+|rpm\w+|disabled|swp)$/;

/** What logrotate's configuration is read from. */
export interface RotationSource {
  /** Reads a file, `undefined` where there is none, or a folder. */
  read(path: string): string | undefined;
  /** The names in a folder. */
  names(path: string): readonly string[];
}

/**
 * Finds what becomes of a log.
 *
 * @param log The log.
 * @param start The file that logrotate is given.
 * @param source Where it is.
 * @returns What its block says, or `undefined` where none is for it. Of several, the first: logrotate
 *   refuses the others.
 */
export function rotationOf(
  log: string,
  start: string,
  source: RotationSource,
): Rotation | undefined {
  return rotationIn(start, { log, source, defaults: new Map(), depth: 0 });
}

/** What is known while files include each other. */
interface Search {
  readonly log: string;
  readonly source: RotationSource;
  /** Directives outside of blocks, those of the files before included. */
  readonly defaults: Map<string, string>;
  readonly depth: number;
}

function rotationIn(path: string, search: Search): Rotation | undefined {
  if (search.depth > DEEPEST) return undefined;
  const deeper = { ...search, depth: search.depth + 1 };
  const text = search.source.read(path);
  if (text !== undefined) return rotationInText(path, text, deeper);
  for (const name of search.source.names(path)) {
    const found = LEFT_BEHIND.test(name) ? undefined : rotationIn(`${path}/${name}`, deeper);
    if (found) return found;
  }
  return undefined;
}

function rotationInText(file: string, text: string, search: Search): Rotation | undefined {
  const { log, defaults } = search;
  let block: (Rotation & { readonly directives: Map<string, string> }) | undefined;
  let isForLog = false;
  let patterns: string[] = [];
  for (const { words, line } of statementsOf(text)) {
    if (words.startsWith("}")) {
      if (block && isForLog) return block;
      block = undefined;
    } else if (!block && /^["'/{]/.test(words)) {
      patterns.push(...wordsOf(words.replace(/\{$/, "")));
      if (!words.endsWith("{")) continue;
      isForLog = patterns.some((pattern) => isMatch(pattern, log));
      block = { file, line, directives: new Map(defaults) };
      patterns = [];
    } else {
      const [name, value] = directiveOf(words);
      const found = name === "include" && !block ? rotationIn(value, search) : undefined;
      if (found) return found;
      (block?.directives ?? defaults).set(name, value);
    }
  }
  return undefined;
}

/** The lines of a file that are neither comments nor parts of a script. */
function* statementsOf(text: string): Generator<{ words: string; line: number }> {
  let isScript = false;
  for (const [index, line] of text.split("\n").entries()) {
    const words = line.trim();
    if (isScript) isScript = words !== "endscript";
    else if (SCRIPT.test(words)) isScript = true;
    else if (words !== "" && !words.startsWith("#")) yield { words, line: index + 1 };
  }
}

function wordsOf(line: string): string[] {
  return Array.from(line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g), (found) => {
    return found.slice(1).find((word) => word !== undefined) ?? "";
  });
}

/** Whether a pattern of glob(7) fits; logrotate takes braces for the beginning of a block. */
export function isMatch(pattern: string, log: string): boolean {
  const words = pattern.match(/\[!?[^\]]+\]|[^]/g) ?? [];
  const text = words.map((word) => {
    if (word.length > 1) return word.replace("[!", "[^").replaceAll("\\", "");
    if (word === "*") return "[^/]*";
    return word === "?" ? "[^/]" : word.replace(/[^\w/]/, "\\$&");
  }).join("");
  try {
    return new RegExp(`^${text}$`).test(log);
  } catch {
    // Such as a range that runs backwards: then it is a name.
    return pattern === log;
  }
}

/** A directive, `name value` or `name=value`. */
function directiveOf(line: string): readonly [name: string, value: string] {
  const [, name = "", value = ""] = /^(\w+)[\s=]*(.*?)$/.exec(line) ?? [];
  return SAME[name] ?? [name, value.replace(/^["']|["']$/g, "")];
}
