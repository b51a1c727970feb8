import { readLines } from "./read_lines.ts";
import type { Race } from "./race.ts";
import { type Offender, offendersOf, type Truth } from "./truth.ts";

/** Finds the lines to count; unlike `'Ban '` alone it leaves out restored and increased bans. */
const PATTERN = "'\\] Ban '";

const PERMABAN = "permaban scan";
const PIPELINE = "zgrep '] Ban ' | awk | sort | uniq -c | sort -rn";
const USUAL = "zgrep 'Ban ' | awk | sort | uniq -c | sort -rn";
const RIPGREP = "rg -z, only counting lines";
const LINES = "zcat | wc -l, only inflating";

/**
 * Compares ways to count bans in logs.
 *
 * @param permaban The program.
 * @param folder The logs.
 * @param truth What is in them.
 * @returns The race.
 */
export function scanRace(permaban: string, folder: string, truth: Truth): Race {
  const logs = `'${folder}'/fail2ban.log*`;
  const packed = truth.files.filter(({ name }) => name.endsWith(".gz")).length;
  const size = (truth.bytes / 1e6).toFixed(0);
  return {
    title: `Count bans: ${truth.files.length} logs, ${size} MB of text, ${packed} of them gzipped`,
    contestants: [
      // The logs have fixed dates, so the window must be wide.
      { name: PERMABAN, command: `'${permaban}' scan --quiet --within 50y ${logs}`, needs: [] },
      {
        name: PIPELINE,
        command: `zgrep -h ${PATTERN} ${logs} | awk '{print $NF}' | sort | uniq -c | sort -rn`,
        needs: ["zgrep", "awk"],
      },
      // As people type it: it counts restored and increased bans too, so its answer is not compared.
      {
        name: USUAL,
        command: `zgrep -h 'Ban ' ${logs} | awk '{print $NF}' | sort | uniq -c | sort -rn`,
        needs: ["zgrep", "awk"],
      },
      { name: RIPGREP, command: `rg -zN -c ${PATTERN} ${logs}`, needs: ["rg", "gzip"] },
      { name: LINES, command: `zcat -f ${logs} | wc -l`, needs: ["zcat"] },
    ],
    check: async (answers) => [
      ...await checkAnswer(answers, PERMABAN, (lines) => offendersDiffer(lines, truth)),
      ...await checkAnswer(answers, PIPELINE, (lines) => countsDiffer(lines, truth)),
      ...await checkAnswer(answers, RIPGREP, (lines) => {
        const found = lines.reduce((sum, line) => sum + Number(line.split(":").at(-1)), 0);
        return differ("matching lines", found, truth.bans + truth.decoys);
      }),
      ...await checkAnswer(answers, LINES, ([line]) => differ("lines", Number(line), truth.lines)),
    ],
  };
}

/**
 * Compares the scan of a short log with a start that does nothing.
 *
 * @param permaban The program.
 * @param folder The log.
 * @param truth What is in it.
 * @returns The race.
 */
export function shortScanRace(permaban: string, folder: string, truth: Truth): Race {
  return {
    title: `Scan a log of ${(truth.bytes / 1e3).toFixed(0)} KB`,
    contestants: [
      {
        name: PERMABAN,
        command: `'${permaban}' scan --quiet --within 50y '${folder}'/fail2ban.log*`,
        needs: [],
      },
      { name: "permaban --version", command: `'${permaban}' --version`, needs: [] },
    ],
    check: (answers) => checkAnswer(answers, PERMABAN, (lines) => offendersDiffer(lines, truth)),
  };
}

async function checkAnswer(
  answers: ReadonlyMap<string, string>,
  name: string,
  wrong: (lines: string[]) => string | undefined,
): Promise<string[]> {
  const path = answers.get(name);
  if (path === undefined) return [];
  const sentence = wrong(await readLines(path));
  return sentence === undefined ? [] : [`${name}: ${sentence}`];
}

/** Holds what permaban prints off a terminal against the truth, every field of every offender. */
function offendersDiffer(lines: string[], truth: Truth): string | undefined {
  const wanted = offendersOf(truth).map(offenderLine);
  return differ("offenders", lines.length, wanted.length) ?? setsDiffer(lines, wanted);
}

function offenderLine({ bans, address, first, last, jails }: Offender): string {
  const counted = Object.entries(jails)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([jail, count]) => `${jail}:${count}`);
  return [bans, address, first, last, counted.join(",")].join("\t");
}

/**
 * The pipeline knows neither jails nor /64 networks, and takes a line for a ban wherever it says so:
 * every ID must have its bans, and what is left over must be the lines that only look like one.
 */
function countsDiffer(lines: string[], truth: Truth): string | undefined {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [count = "", id = ""] = line.trim().split(" ");
    counts.set(id, Number(count));
  }
  for (const [id, { jails }] of Object.entries(truth.ids)) {
    const bans = Object.values(jails).reduce((sum, jail) => sum + jail.bans, 0);
    const wrong = differ(`bans of ${id}`, counts.get(id) ?? 0, bans);
    if (wrong !== undefined) return wrong;
    counts.delete(id);
  }
  return differ(
    "lines that are no bans",
    [...counts.values()].reduce((a, b) => a + b, 0),
    truth.decoys,
  );
}

function setsDiffer(found: string[], wanted: string[]): string | undefined {
  const known = new Set(wanted);
  const wrong = found.find((line) => !known.has(line));
  return wrong === undefined ? undefined : `an answer that is not true: "${wrong}"`;
}

function differ(what: string, found: number, wanted: number): string | undefined {
  return found === wanted ? undefined : `${found} ${what}, true is ${wanted}`;
}
