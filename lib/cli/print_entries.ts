/**
 * Prints the entries of a short list: of the allowlist or of the pardons.
 *
 * @module
 */

import { type Blocklist, notesOf } from "../blocklist/blocklist.ts";
import type { Note } from "../blocklist/note.ts";
import { formatNetwork } from "../ip/network.ts";
import { aligned, tabbed } from "./columns.ts";
import type { Host } from "./host.ts";

/** An entry as it is shown. */
export interface ShownEntry {
  /** The network, in text. */
  readonly address: string;
  /** The number of its line, from 1. */
  readonly line: number;
  /** What the list says about it. */
  readonly note: Note;
}

/** What is said of an entry besides its network. */
export type Field = "since" | "until" | "comment";

/** The entries of a list. */
export function* entriesOf(list: Blocklist): Generator<ShownEntry> {
  let index = 0;
  for (const note of notesOf(list)) {
    yield { address: formatNetwork(list.networks.at(index)), line: list.lines[index] ?? 0, note };
    index++;
  }
}

/**
 * Prints entries: their networks one a line, or with `--long` or `--json` what is known of them.
 *
 * @param entries The entries.
 * @param fields What is known.
 * @param values The options.
 * @param host Where to print.
 */
export async function printEntries(
  entries: readonly ShownEntry[],
  fields: readonly Field[],
  values: { readonly json: boolean; readonly long: boolean },
  { stdout }: Host,
): Promise<void> {
  if (values.json) {
    const objects = entries.map(({ address, line, note }) => ({
      address,
      line,
      ...Object.fromEntries(fields.map((field) => [field, note[field]])),
    }));
    return await stdout.write(JSON.stringify({ entries: objects }, null, 2) + "\n");
  }
  if (!values.long) {
    return await stdout.write(entries.map(({ address }) => `${address}\n`).join(""));
  }
  const rows = entries.map(({ address, note }) => [
    address,
    ...fields.map((field) => note[field] ?? "-"),
  ]);
  const columns = ["address", ...fields].map((name) => ({ heading: name.toUpperCase() }));
  await stdout.write(stdout.isTerminal() ? aligned(columns, rows) : tabbed(rows));
}
