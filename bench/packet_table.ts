import type { PacketResult, PacketRun } from "./packet_race.ts";
import { formatIpv4 } from "./address_source.ts";
import { median } from "./result_table.ts";

/**
 * Prints what loads and packets cost as a Markdown table, a column for each length of the list.
 *
 * A packet's cost is a ratio: its round trip as a multiple of the same one with no firewall, first
 * for some clean address, then for the clean one that meets the most rules of the tree.
 *
 * @param results What was measured for each length.
 * @returns The text, with a heading.
 */
export function packetTable(results: readonly PacketResult[]): string {
  const names = [...new Set(results.flatMap(({ runs }) => [...runs.keys()]))];
  const counts = results.map(({ count }) => count.toLocaleString("en-US"));
  const rows = [
    ["", ...counts.flatMap((count) => [`load of ${count}`, "a packet"])],
    ["---", ...counts.flatMap(() => ["---:", "---:"])],
    ["nothing", ...results.flatMap(({ runs }) => ["", emptyTrip([...runs.values()].flat())])],
    ...names.map((name) => [name, ...results.flatMap(({ runs }) => cells(runs.get(name)))]),
  ];
  const rounds = Math.max(0, ...results.flatMap(({ runs }) => [...runs.values()].map(lengthOf)));
  const remarks = [
    `Rounds: ${rounds}.`,
    ...results.flatMap(walks),
    ...new Set(results.flatMap(({ missing }) => missing).map((name) => `Not run: ${name}`)),
    ...results.flatMap(({ problems }) => problems.map((problem) => `WRONG: ${problem}`)),
  ];
  return [
    "### Packets through a firewall",
    "",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
    ...remarks.flatMap((line) => [line, ""]),
  ].join("\n");
}

function lengthOf({ length }: readonly PacketRun[]): number {
  return length;
}

function walks({ count, addresses: { clean, worst } }: PacketResult): string {
  return `Of ${count.toLocaleString("en-US")}: ${formatIpv4(clean.address)} meets ${clean.rules} ` +
    `rules of the tree, ${formatIpv4(worst.address)} ${worst.rules}.`;
}

function emptyTrip(runs: readonly PacketRun[]): string {
  return runs.length === 0
    ? ""
    : `${(median(runs.map(({ before }) => before)) * 1e6).toFixed(1)} µs`;
}

function cells(runs: readonly PacketRun[] | undefined): [load: string, packet: string] {
  if (!runs) return ["", ""];
  const ratios = (["clean", "worst"] as const).map((which) => {
    const ratio = median(runs.map((run) => run[which] / run.before));
    return `× ${ratio.toPrecision(3)}`;
  });
  return [`${median(runs.map(({ load }) => load)).toFixed(2)} s`, ratios.join(", ")];
}
