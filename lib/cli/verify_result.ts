/**
 * What `verify` prints.
 *
 * @module
 */

import { type Comparison, NETWORK_DIFFERENCES, OTHER_DIFFERENCES } from "../firewall/comparison.ts";
import { formatNetwork } from "../ip/network.ts";
import type { NetworkList } from "../ip/network_list.ts";
import { NetworkPrinter } from "../ip/network_printer.ts";
import { tabbed } from "./columns.ts";
import type { Host } from "./host.ts";
import { jsonList } from "./json_list.ts";
import { escapeControls, withCommas } from "./messages.ts";

/** What was found besides the differences. */
interface Outcome {
  /** What the dump was of. */
  readonly format: string;
  /** Whether there are no differences. */
  readonly isEqual: boolean;
}

/** How many things of a kind a terminal shows. */
const SHOWN = 20;
/** Networks printed at a time as JSON. */
const ROWS = 1000;

/** Prints a comparison: as JSON, for people on a terminal, or a difference a line. */
export async function printComparison(
  comparison: Comparison,
  outcome: Outcome,
  isJson: boolean,
  host: Host,
): Promise<void> {
  if (isJson) return await printJson(comparison, outcome, host);
  if (host.stdout.isTerminal()) return await host.stdout.write(forPeople(comparison));
  const { stdout } = host;
  await stdout.write(
    tabbed(comparison.others.map(({ word, what, detail }) => {
      return detail === undefined ? [word, what] : [word, what, detail];
    })),
  );
  const printer = new NetworkPrinter();
  const newline = encoder.encode("\n");
  for (const [word, networks] of comparison.networks) {
    const head = encoder.encode(`${word}\t`);
    for (let index = 0; index < networks.length; index++) {
      if (printer.isFull) await stdout.write(printer.take());
      printer.text(head);
      printer.network(networks, index);
      printer.text(newline);
    }
  }
  await stdout.write(printer.take());
}

const encoder = new TextEncoder();

async function printJson(
  { others, networks }: Comparison,
  { format, isEqual }: Outcome,
  { stdout }: Host,
): Promise<void> {
  const batches = function* () {
    yield others.map(({ word, what, detail }) => ({ difference: word, what, detail }));
    for (const [word, list] of networks) {
      for (let from = 0; from < list.length; from += ROWS) {
        yield networksFrom(list, from, ROWS)
          .map((network) => ({ difference: word, what: network }));
      }
    }
  };
  for (const piece of jsonList("differences", batches())) await stdout.write(piece);
  const counts = Object.fromEntries(networks.entries().map(([word, list]) => [word, list.length]));
  const rest = JSON.stringify({ networks: counts, format, isEqual }, null, 2);
  await stdout.write(`,${rest.slice(1)}\n`);
}

/** Each kind of difference with what it means and what has it. */
function forPeople({ others, networks }: Comparison): string {
  const byWord = Map.groupBy(others, ({ word }) => word);
  const blocks = byWord.entries().map(([word, all]) => {
    const lines = all.slice(0, SHOWN).map(({ what, detail }) => {
      return escapeControls(detail === undefined ? what : `${what}  ${detail}`);
    });
    return block(word, OTHER_DIFFERENCES[word], lines, all.length);
  });
  const networkBlocks = networks.entries().map(([word, list]) => {
    return block(word, NETWORK_DIFFERENCES[word], networksFrom(list, 0, SHOWN), list.length);
  });
  return [...blocks, ...networkBlocks].join("\n");
}

function block(word: string, meaning: string, lines: readonly string[], total: number): string {
  const rest = total - lines.length;
  const more = rest > 0 ? [`… and ${withCommas(rest)} more`] : [];
  return `${word}: ${meaning}\n` + [...lines, ...more].map((line) => `  ${line}\n`).join("");
}

function networksFrom(list: NetworkList, from: number, most: number): string[] {
  const length = Math.min(most, list.length - from);
  return Array.from({ length }, (_, at) => formatNetwork(list.at(from + at)));
}
