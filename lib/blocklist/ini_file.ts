/**
 * The configuration files of programs that are written in Python, as its `configparser` reads them.
 *
 * @module
 */

/** An option's value as it was written. */
export interface IniValue {
  /** The text, its lines joined by newlines. */
  readonly text: string;
  /** The number of the line that it begins in, from 1. */
  readonly line: number;
}

/** A line that Python would refuse the file for. */
export interface IniFault {
  /** Its number, from 1. */
  readonly line: number;
  /** What is wrong with it. */
  readonly message: string;
}

/** What stands in a file. */
export interface IniFile {
  /** Options by section and name, names in lower case; `DEFAULT` is a section among them. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, IniValue>>;
  /** What was not understood; the rest holds. */
  readonly faults: readonly IniFault[];
}

/** What Python takes for white space, which is not quite what JavaScript does. */
const SPACE =
  "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const BLANKS_AHEAD = new RegExp(`^${SPACE}+`);
const COMMENT = new RegExp(`(?:^|${SPACE});`);

/**
 * Parses such a file, with `#` and `;` before comments, and `;` also behind a value.
 *
 * @param text The file.
 */
export function parseIni(text: string): IniFile {
  const sections = new Map<string, Map<string, IniValue>>();
  const faults: IniFault[] = [];
  /** What was set in this file. */
  const known = new Set<string>();
  let section: Map<string, IniValue> | undefined;
  let sectionName = "";
  let current:
    | { readonly name: string; readonly lines: string[]; readonly line: number }
    | undefined;
  let indent = 0;
  const close = () => {
    if (!current || !section) return;
    section.set(current.name, { text: trimEnd(current.lines.join("\n")), line: current.line });
    current = undefined;
  };
  text.split(/\r\n|\r|\n/).forEach((raw, at) => {
    const line = at + 1;
    const isComment = /^[#;]/.test(trim(raw));
    const comment = isComment ? 0 : commentIn(raw);
    const content = trim(comment < 0 ? raw : raw.slice(0, comment));
    if (content === "") {
      if (comment < 0) current?.lines.push("");
      return;
    }
    const depth = BLANKS_AHEAD.exec(raw)?.[0].length ?? 0;
    if (current && depth > indent) {
      current.lines.push(content);
      return;
    }
    close();
    indent = depth;
    const header = /^\[(.+)\]/s.exec(content)?.[1];
    if (header !== undefined) {
      if (header !== "DEFAULT" && known.has(header)) {
        faults.push({ line, message: `Section [${header}] stands here a second time` });
      }
      known.add(header);
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
      sectionName = header;
      return;
    }
    if (!section) {
      faults.push({ line, message: "A section such as [DEFAULT] is to stand first" });
      return;
    }
    const [, written = "", value = ""] = /^(.*?)[=:](.*)$/s.exec(content) ?? [];
    const name = trim(written).toLowerCase();
    if (name === "") {
      faults.push({ line, message: 'It is no option such as "ignoreip = 192.0.2.7"' });
      return;
    }
    const key = `${sectionName}\n${name}`;
    if (known.has(key)) {
      faults.push({ line, message: `Option "${name}" stands in [${sectionName}] a second time` });
    }
    known.add(key);
    current = { name, lines: [trim(value)], line };
  });
  close();
  return { sections, faults };
}

/** Where a comment behind a value begins, or -1. */
function commentIn(line: string): number {
  const match = COMMENT.exec(line);
  return match ? match.index + match[0].length - 1 : -1;
}

function trim(text: string): string {
  return trimEnd(text.replace(BLANKS_AHEAD, ""));
}

/** By hand: an expression that looks for blanks at the end is slow where many stand elsewhere. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && BLANKS_AHEAD.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
