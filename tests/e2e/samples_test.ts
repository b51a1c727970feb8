/**
 * Scans of logs whose true answer the generator knows, in every style that it writes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { generateLogs, LOG_DEFAULTS } from "../../bench/generate_logs.ts";
import { makeSamples } from "../../bench/generate_samples.ts";
import { offendersOf, type Truth } from "../../bench/truth.ts";
import { Folder } from "../folder.ts";
import { permaban } from "./permaban.ts";

const SAMPLES = join(dirname(dirname(fromFileUrl(import.meta.url))), "testdata/sample-logs");

async function agree(folder: string, truth: Truth, minBans: number): Promise<void> {
  const { stdout, stderr, status } = await permaban([
    ...`scan --json --within 100y --min-bans ${minBans}`.split(" "),
    join(folder, "fail2ban.log*"),
  ]);
  assertEquals(status, 0, stderr);
  const { offenders, totals } = JSON.parse(stdout);
  const byName = (list: typeof offenders) =>
    list.toSorted((a: { address: string }, b: { address: string }) =>
      a.address < b.address ? -1 : 1
    );
  assertEquals(byName(offenders), byName(offendersOf(truth, minBans)));
  assertEquals([totals.lines, totals.bytes, totals.bans], [truth.lines, truth.bytes, truth.bans]);
}

Deno.test("the offenders of the sample logs are those that the generator meant", async () => {
  await agree(SAMPLES, makeSamples().truth, 10);
  await agree(SAMPLES, makeSamples().truth, 1);
});

Deno.test("the offenders of logs in all styles are those that the generator meant", async () => {
  using folder = new Folder();
  const options = {
    ...LOG_DEFAULTS,
    seed: 5,
    files: 14,
    lines: 3000,
    attackers: 400,
    style: "mixed",
  };
  const truth = await generateLogs(folder.path, options);
  // Files without times in their lines are dated by themselves only.
  const { stdout } = await permaban([
    ..."scan --json --within 100y --min-bans 1 -q".split(" "),
    join(folder.path, "fail2ban.log*"),
  ]);
  const bans = (list: { address: string; bans: number; jails: unknown }[]) =>
    Object.fromEntries(list.map(({ address, bans, jails }) => [address, { bans, jails }]));
  assertEquals(bans(JSON.parse(stdout).offenders), bans(offendersOf(truth, 1)));
});

Deno.test("the times of logs are those that the generator meant", async () => {
  using folder = new Folder();
  const options = {
    ...LOG_DEFAULTS,
    seed: 6,
    files: 6,
    lines: 5000,
    attackers: 300,
    style: "0.9.1",
  };
  await agree(folder.path, await generateLogs(folder.path, options), 3);
});
