/**
 * Writes the sample logs that ship with the project: small, of several versions, rotated and
 * compressed in several ways, with documentation addresses only.
 *
 *     deno run --allow-read --allow-write bench/generate_samples.ts tests/testdata/sample-logs
 *
 * Nothing depends on the clock or the machine. The bytes of a compressed file may depend on the
 * version of zlib, so a file whose text is already right is left as it is.
 *
 * @module
 */
// deno-lint-ignore-file no-console
import { gunzipSync, gzipSync } from "node:zlib";
import { LOG_DEFAULTS, makeStory } from "./generate_logs.ts";
import { lineStyle } from "./line_style.ts";
import { type Offender, offendersOf, type Truth } from "./truth.ts";
import { TruthRecorder } from "./truth_recorder.ts";
import { logBlocks, type LogPlan } from "./write_log.ts";

/** One sample: a name, the style of its lines, and the day its week ends. */
interface Sample {
  readonly name: string;
  readonly style: string;
  readonly end: string;
  readonly lines: number;
}

/**
 * The sample logs, the oldest first.
 *
 * Every style here carries a year: git does not keep modification times, and lines without a year
 * would change their meaning with every clone.
 */
export const SAMPLES: readonly Sample[] = [
  { name: "fail2ban.log-20250805.gz", style: "0.8.0", end: "2025-08-05", lines: 300 },
  { name: "fail2ban.log-20251221.gz", style: "0.8.12", end: "2025-12-21", lines: 300 },
  { name: "fail2ban.log-20251228.gz", style: "rfc5424", end: "2025-12-28", lines: 300 },
  { name: "fail2ban.log-20260104", style: "syslog-iso", end: "2026-01-04", lines: 160 },
  { name: "fail2ban.log.4.gz", style: "0.9.0", end: "2026-02-01", lines: 300 },
  { name: "fail2ban.log.3.gz", style: "0.9.1", end: "2026-02-08", lines: 400 },
  { name: "fail2ban.log.2.gz", style: "padding-off", end: "2026-02-15", lines: 400 },
  { name: "fail2ban.log.1", style: "0.9.1", end: "2026-02-22", lines: 240 },
  { name: "fail2ban.log", style: "1.x", end: "2026-03-01", lines: 320 },
];

/** The part of {@linkcode LOG_DEFAULTS} that samples change. */
const OPTIONS = {
  ...LOG_DEFAULTS,
  seed: 14,
  lines: 300,
  banShare: 0.16,
  attackers: 120,
  flatness: 2,
  space: "documentation",
} as const;

const WEEK = 7 * 86_400_000;

/** The sample files and what is in them. */
export interface Samples {
  /** The text of each file, before compression, by name; with a `README.md`. */
  readonly texts: ReadonlyMap<string, string>;
  /** What the logs contain. */
  readonly truth: Truth;
}

/**
 * Makes the sample logs in memory.
 *
 * @returns Their texts and the true answer.
 */
export function makeSamples(): Samples {
  const story = makeStory(OPTIONS);
  const recorder = new TruthRecorder();
  const texts = new Map<string, string>();
  for (const sample of SAMPLES) {
    const decoder = new TextDecoder();
    let text = "";
    for (const block of logBlocks(samplePlan(sample), story, recorder)) {
      text += decoder.decode(block, { stream: true });
    }
    texts.set(sample.name, text);
  }
  const truth = recorder.truth();
  texts.set("README.md", readme(truth));
  return { texts, truth };
}

/**
 * Writes the sample logs.
 *
 * @param folder Where to; it is made if it is not there.
 * @returns The names of the files that had to be written, for their text was not there before.
 */
export async function generateSamples(folder: string): Promise<string[]> {
  await Deno.mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const [name, text] of makeSamples().texts) {
    const path = `${folder}/${name}`;
    if (await readSample(path) === text) continue;
    const bytes = new TextEncoder().encode(text);
    await Deno.writeFile(path, name.endsWith(".gz") ? gzipSync(bytes, { level: 9 }) : bytes);
    written.push(name);
  }
  return written;
}

/**
 * Reads a sample, decompressed where it has to be.
 *
 * @param path The file.
 * @returns Its text; `undefined` if there is no such file.
 */
export async function readSample(path: string): Promise<string | undefined> {
  try {
    const bytes = await Deno.readFile(path);
    return new TextDecoder().decode(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function samplePlan({ name, style, end, lines }: Sample): LogPlan {
  const newest = Date.parse(end);
  return { name, style: lineStyle(style), lines, start: newest - WEEK, end: newest };
}

function readme(truth: Truth): string {
  const files = truth.files.map((file) =>
    `| \`${file.name}\` | ${file.style} | ${file.lines} | ${file.bans} |`
  );
  const offenders = offendersOf(truth, 10).map((offender) =>
    `| ${offender.bans} | ${offender.address} | ${jailText(offender)} |`
  );
  return `# Sample logs

Made up, with documentation addresses only, by the project's own generator. To make them again
(nothing changes unless the generator did):

    deno run --allow-read --allow-write bench/generate_samples.ts tests/testdata/sample-logs

| file | lines as written by | lines | bans |
| --- | --- | --- | --- |
${files.join("\n")}

They hold ${truth.bans} bans, restored bans and everything else a log has, and ${truth.decoys} lines
in which an attacker's text only looks like a ban. \`permaban scan --min-bans 10 --within 10y\` has
to answer (jails as it counts them, without \`recidive\`):

| bans | address | jails |
| --- | --- | --- |
${offenders.join("\n")}
`;
}

function jailText({ jails }: Offender): string {
  return Object.entries(jails)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([jail, bans]) => `${jail}:${bans}`)
    .join(",");
}

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new TypeError("Missing folder: generate_samples.ts FOLDER");
  const written = await generateSamples(folder);
  console.log(written.length === 0 ? "All samples are as they should be" : written.join("\n"));
}
