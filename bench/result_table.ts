import type { RaceResult, Standing } from "./race.ts";

/**
 * Prints the end of a race as a Markdown table.
 *
 * The ratio is the median of the ratios of the runs of one round, so that a slow minute of the
 * machine does not show in it.
 *
 * @param result How the race ended.
 * @returns The text, with a heading.
 */
export function resultTable(result: RaceResult): string {
  const own = result.standings.find(({ name }) => name === result.own);
  const rows = result.standings.map((standing) => row(standing, own));
  const missing = result.missing.map((name) => `Not run: ${name}`);
  const problems = result.problems.map((problem) => `WRONG: ${problem}`);
  return [
    `### ${result.title}`,
    "",
    ...(rows.length === 0 ? [] : [
      "| | median | fastest | permaban ÷ it | peak memory |",
      "| --- | ---: | ---: | ---: | ---: |",
      ...rows,
      "",
    ]),
    ...[...missing, ...problems].flatMap((line) => [line, ""]),
  ].join("\n");
}

/**
 * Finds the middle of some numbers.
 *
 * @param values At least one number.
 * @returns The median; of an even count the mean of the two in the middle.
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

function row({ name, runs }: Standing, own: Standing | undefined): string {
  const seconds = runs.map((run) => run.seconds);
  const ratios = seconds.map((value, round) => (own?.runs[round]?.seconds ?? NaN) / value);
  const cells = [
    name,
    duration(median(seconds)),
    duration(Math.min(...seconds)),
    own === undefined ? "n/a" : median(ratios).toFixed(2),
    memory(runs.map((run) => run.peakKib)),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function duration(seconds: number): string {
  return seconds < 0.9995 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(2)} s`;
}

function memory(peaks: readonly (number | undefined)[]): string {
  const known = peaks.filter((peak) => peak !== undefined);
  return known.length === 0 ? "n/a" : `${(Math.max(...known) / 1024).toFixed(0)} MB`;
}
