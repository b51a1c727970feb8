/**
 * Shows what would change in a file, in the form that `patch -p1` and `git apply` read.
 *
 * @module
 */

/** Lines around a change. */
const CONTEXT = 3;

/** A file before and after a change. */
export interface Change {
  /** Where it is, beginning with a slash. */
  readonly path: string;
  /** Its text before; absent where there is none. */
  readonly before: string | undefined;
  /** Its text after; absent where it is to be removed. */
  readonly after: string | undefined;
  /** The mode of a new file. */
  readonly mode: number;
  /** The mode of a file that is to have another one. */
  readonly oldMode?: number | undefined;
}

/** A line that both texts have, or one of them. */
interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/**
 * Prints a change.
 *
 * @returns The difference, empty where there is none.
 */
export function unifiedDiff({ path, before, after, mode, oldMode }: Change): string {
  if (before === after && oldMode === undefined) return "";
  const bits = mode & 0o111 ? "100755" : "100644";
  const head = [`diff --git a${path} b${path}`];
  if (oldMode !== undefined) head.push(`old mode ${bitsOf(oldMode)}`, `new mode ${bitsOf(mode)}`);
  if (before === after) return head.map((line) => `${line}\n`).join("");
  if (before === undefined) head.push(`new file mode ${bits}`);
  if (after === undefined) head.push(`deleted file mode ${bits}`);
  head.push(before === undefined ? "--- /dev/null" : `--- a${path}`);
  head.push(after === undefined ? "+++ /dev/null" : `+++ b${path}`);
  const lines = compare(linesOf(before ?? ""), linesOf(after ?? ""));
  return [...head, ...hunksOf(lines)].map((line) => `${line}\n`).join("");
}

/** A mode as it is; git itself knows two of them, and reads all. */
function bitsOf(mode: number): string {
  return `100${mode.toString(8).padStart(3, "0")}`;
}

/** The lines of a text, one without an end marked as diff does. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  else lines.push(`${lines.pop()}\n\\ No newline at end of file`);
  return lines;
}

/** The longest lines in common, found backwards, so that walking forward gives the comparison. */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      common[i * width + j] = before[i] === after[j]
        ? (common[(i + 1) * width + j + 1] ?? 0) + 1
        : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, fresh] = [before[i], after[j]];
    if (old !== undefined && old === fresh) {
      lines.push({ sign: " ", text: old });
      i++;
      j++;
    } else if (
      fresh === undefined ||
      (old !== undefined &&
        (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      lines.push({ sign: "-", text: old ?? "" });
      i++;
    } else {
      lines.push({ sign: "+", text: fresh });
      j++;
    }
  }
  return lines;
}

function hunksOf(lines: readonly Line[]): string[] {
  const result: string[] = [];
  const changed = lines.flatMap(({ sign }, at) => sign === " " ? [] : [at]);
  for (let at = 0; at < changed.length;) {
    const from = Math.max(0, (changed[at] ?? 0) - CONTEXT);
    let to = (changed[at] ?? 0) + 1;
    while (at < changed.length && (changed[at] ?? 0) <= to + 2 * CONTEXT) {
      to = (changed[at++] ?? 0) + 1;
    }
    const part = lines.slice(from, to + CONTEXT);
    result.push(`@@ -${range(lines, from, part, "+")} +${range(lines, from, part, "-")} @@`);
    result.push(...part.map(({ sign, text }) => sign + text));
  }
  return result;
}

/** Where a part stands in one of the texts: that which lacks the lines of a sign. */
function range(all: readonly Line[], from: number, part: readonly Line[], lacking: string): string {
  const count = (lines: readonly Line[]) => lines.filter(({ sign }) => sign !== lacking).length;
  const [before, length] = [count(all.slice(0, from)), count(part)];
  return `${length === 0 ? before : before + 1},${length}`;
}
