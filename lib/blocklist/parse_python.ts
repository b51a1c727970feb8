/**
 * Python's spelling of lists, dictionaries and strings.
 *
 * @module
 */

/** What a text stands for: an array for a list, a map for a dictionary. */
export type PythonValue = string | PythonValue[] | Map<string, PythonValue>;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
/** As deep as a list may stand in others. */
const DEEPEST = 16;

/**
 * Parses what Python's `repr()` prints of lists, dictionaries and strings.
 *
 * @example
 * ```ts
 * import { parsePython } from "./parse_python.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parsePython(`[{"it's": ['192.0.2.7']}]`), [new Map([["it's", ["192.0.2.7"]]])]);
 * ```
 *
 * @param text The text.
 * @throws {SyntaxError} If it is anything else.
 */
export function parsePython(text: string): PythonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): PythonValue {
    if (depth > DEEPEST) throw this.#fault();
    if (this.#takes("[")) return this.#items("]", () => this.value(depth + 1));
    if (this.#takes("{")) {
      return new Map(this.#items("}", () => {
        const name = this.#string();
        if (!this.#takes(":")) throw this.#fault();
        return [name, this.value(depth + 1)] as const;
      }));
    }
    return this.#string();
  }

  /** Makes sure that nothing follows. */
  end(): void {
    this.#skipBlanks();
    if (this.#at < this.#text.length) throw this.#fault();
  }

  #items<Item>(close: string, item: () => Item): Item[] {
    const items: Item[] = [];
    while (!this.#takes(close)) {
      if (items.length > 0 && !this.#takes(",")) throw this.#fault();
      items.push(item());
    }
    return items;
  }

  #string(): string {
    this.#skipBlanks();
    const quote = this.#text[this.#at];
    if (quote !== "'" && quote !== '"') throw this.#fault();
    const start = this.#at + 1;
    let end = start;
    while (end < this.#text.length && this.#text[end] !== quote) {
      end += this.#text[end] === "\\" ? 2 : 1;
    }
    this.#at = end + 1;
    if (end >= this.#text.length) throw this.#fault();
    return this.#text.slice(start, end).replace(
      /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U0*([0-9a-f]{1,6})|(.))/gs,
      (_, x, u, long, character) => {
        if (character !== undefined) return ESCAPES[character] ?? character;
        const code = parseInt(x ?? u ?? long, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
      },
    );
  }

  #takes(character: string): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? "")) this.#at++;
  }

  #fault(): SyntaxError {
    const found = this.#text.slice(this.#at, this.#at + 20);
    return new SyntaxError(
      found === "" ? "It ends too early" : `Cannot parse it from "${found}" on`,
    );
  }
}
