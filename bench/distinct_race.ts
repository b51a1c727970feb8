import type { DistinctTruth } from "./generate_distinct.ts";
import type { Race } from "./race.ts";
import { readLines } from "./read_lines.ts";

const PERMABAN = "permaban scan";
const COUNTING = "zcat | awk, an array of counts";
const INFLATING = "zcat | wc -l, only inflating";
/** The least number of bans that is printed; few addresses have as many. */
const LEAST = 10;

/**
 * Compares ways to count bans where nearly every ban is of another address.
 *
 * @param permaban The program.
 * @param log The log, compressed.
 * @param addresses How many addresses are banned in it.
 * @param truth What is in it.
 * @returns The race.
 */
export function distinctRace(
  permaban: string,
  log: string,
  addresses: number,
  truth: DistinctTruth,
): Race {
  const size = (truth.bytes / 1e6).toFixed(truth.bytes < 1e7 ? 1 : 0);
  const count = `{ count[$NF]++ } END { for (id in count) if (count[id] >= ${LEAST}) ` +
    "print count[id], id }";
  return {
    title: `Count bans of ${addresses.toLocaleString("en-US")} distinct addresses: ` +
      `one gzipped log, ${size} MB of text`,
    contestants: [
      {
        name: PERMABAN,
        // The log has fixed dates, so the window must be wide.
        command: `'${permaban}' scan --quiet --within 50y --min-bans ${LEAST} '${log}'`,
        needs: [],
      },
      { name: COUNTING, command: `zcat '${log}' | awk '${count}'`, needs: ["zcat", "awk"] },
      { name: INFLATING, command: `zcat '${log}' | wc -l`, needs: ["zcat"] },
    ],
    check: async (answers) => {
      const problems: string[] = [];
      for (const [name, path] of answers) {
        const lines = await readLines(path);
        const wrong = name === INFLATING ? linesDiffer(lines, truth) : countsDiffer(lines, truth);
        if (wrong !== undefined) problems.push(`${name}: ${wrong}`);
      }
      return problems;
    },
  };
}

function linesDiffer([line]: string[], truth: DistinctTruth): string | undefined {
  const found = Number(line);
  return found === truth.lines ? undefined : `${found} lines, true is ${truth.lines}`;
}

/** Each line begins with the bans and whose they are. */
function countsDiffer(lines: string[], truth: DistinctTruth): string | undefined {
  const wanted = Object.values(truth.bans).filter((bans) => bans >= LEAST).length;
  for (const line of lines) {
    const [bans, id = ""] = line.split(/[\t ]/);
    // awk counts the one address of its /64 that was banned.
    const bansOf = truth.bans[id] ?? truth.bans[id.replace(/::1$/, "::/64")];
    if (Number(bans) !== bansOf) return `${bans} bans of ${id}, true is ${bansOf ?? "one"}`;
  }
  return lines.length === wanted ? undefined : `${lines.length} offenders, true is ${wanted}`;
}
