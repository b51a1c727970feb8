import { assert, assertEquals } from "@std/assert";
import { prometheusReport } from "../../lib/report/prometheus_report.ts";
import { testWith } from "../tools.ts";
import { HOSTILE_JAILS, hostileBans } from "./hostile_bans.ts";
import { ban, NOW, reportOf } from "./report_of.ts";

const history = {
  kind: "history",
  path: "history",
  bans: 7,
  oldest: NOW - 1e6,
  newest: NOW - 60,
  updated: NOW - 0.5,
} as const;

/** The samples by name and labels; fails where a line is not as the format has it. */
function samplesOf(text: string): Map<string, number> {
  assert(text === "" || text.endsWith("\n"));
  const samples = new Map<string, number>();
  const seen = new Set<string>();
  let current = "";
  for (const line of text.split("\n").slice(0, -1)) {
    const help = /^# HELP (permaban_[a-z_]+) [A-Z][^\\]*\.$/.exec(line)?.[1];
    if (help !== undefined) {
      assertEquals(seen.has(help), false, help);
      seen.add(current = help);
      continue;
    }
    if (line === `# TYPE ${current} gauge`) continue;
    const [, name, labels = "", value] =
      /^([a-z_]+)(\{[a-z]+="(?:[^"\\\n]|\\[\\"n])*"\})? (-?\d+(?:\.\d+)?(?:e\+?\d+)?)$/.exec(
        line,
      ) ?? [];
    assertEquals(name, current, line);
    assertEquals(samples.has(name + labels), false, line);
    samples.set(name + labels, Number(value));
  }
  return samples;
}

Deno.test("metrics are as the format has them, each jail with its own", () => {
  const report = reportOf({ bans: hostileBans(), list: "192.0.2.1\nnonsense\n", source: history });
  const samples = samplesOf(prometheusReport(report));
  const jails = [...samples.keys()].filter((key) => key.startsWith("permaban_bans{"));
  assertEquals(jails.length, HOSTILE_JAILS.length);
  assertEquals(samples.get('permaban_bans{jail="a\\"b\\\\c"}'), 2);
  assertEquals(samples.get('permaban_bans{jail="%253Dcmd"}'), 2);
  assertEquals(samples.get('permaban_blocklist_entries{family="4"}'), 1);
  assertEquals(samples.get('permaban_blocklist_entries{family="6"}'), 0);
  assertEquals(samples.get("permaban_blocklist_unreadable_lines"), 1);
  assertEquals(samples.get("permaban_offenders"), 1);
  assertEquals(samples.get("permaban_offenders_listed"), 1);
  assertEquals(samples.get("permaban_history_bans"), 7);
  assertEquals(samples.get("permaban_history_oldest_timestamp_seconds"), NOW - 1e6);
  assertEquals(samples.get("permaban_history_updated_timestamp_seconds"), NOW - 0.5);
});

Deno.test("what is not known is left out", () => {
  const samples = samplesOf(prometheusReport(reportOf({ bans: [] })));
  assertEquals([...samples.keys()], [
    "permaban_offenders",
    "permaban_crowded_networks",
    "permaban_report_since_timestamp_seconds",
  ]);
});

testWith(["promtool"], "promtool finds nothing to say", async () => {
  const bans = [...hostileBans(), ban("2001:db8::1", "03-31 11:00")];
  const text = prometheusReport(reportOf({ bans, list: "192.0.2.1\n", source: history }));
  const child = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assertEquals([code, said], [0, ""]);
});
