/**
 * What became of an import, in words and as JSON.
 *
 * @module
 */

import { formatNetwork } from "../ip/network.ts";
import type { NetworkList } from "../ip/network_list.ts";
import { NetworkPrinter } from "../ip/network_printer.ts";
import { sayRefused, type Sorted } from "./add_command.ts";
import { blocklistPath, type Invocation } from "./command.ts";
import type { Host } from "./host.ts";
import { count, type Messages, withCommas } from "./messages.ts";
import type { Asked } from "./read_addresses.ts";
import type { ReadList } from "./read_lists.ts";
import type { IMPORT_OPTIONS } from "./spec/import_spec.ts";
import { writeResult } from "./write_result.ts";

/** More lines about refused networks than this nobody reads. */
const MANY = 20;

/** What became of it all. */
export interface Imported {
  /** The files. */
  readonly reads: readonly ReadList[];
  /** What they hold. */
  readonly asked: Asked;
  /** What became of each network. */
  readonly sorted: Sorted;
  /** What was removed. */
  readonly removed: NetworkList;
}

/** Says what of a file could not be read or understood. */
export function sayFaults({ name, found, fault }: ReadList, messages: Messages): void {
  for (const { line, message } of found?.list.faults ?? []) {
    messages.error(`${name}:${line === undefined ? "" : `${line}:`} ${message}`);
  }
  const more = (found?.list.faultCount ?? 0) - (found?.list.faults.length ?? 0);
  if (more > 0) messages.error(`${name}: ${withCommas(more)} more could not be understood`);
  if (fault) messages.error(`${name}: ${fault.message}`, fault.hint);
  if (!found) return;
  if (found.list.networks.length === 0) messages.warning(`${name}: It holds no address`);
  messages.detail(`${name}: ${found.format}, ${count(found.list.networks.length, "network")}`);
}

/**
 * Says what was done, or in a dry run what would be, and prints the result.
 *
 * @returns Whether something was not read, not understood or refused.
 */
export async function reportImport(
  imported: Imported,
  { values, host, messages }: Invocation<typeof IMPORT_OPTIONS>,
): Promise<boolean> {
  const { reads, sorted, removed } = imported;
  const { added, covered, refused } = sorted;
  sayRefused(refused.slice(0, MANY), messages);
  if (refused.length > MANY) {
    messages.error(`${withCommas(refused.length - MANY)} more networks were refused likewise`);
  }
  if (values.json) await writeResult(host, toJson(imported, values["dry-run"]));
  else if (values["dry-run"]) await printChanges(imported, host);
  const { unreadable, passedOver } = totalsOf(reads);
  const counts = [
    `${withCommas(added.length)} new`,
    `${withCommas(covered.length)} known`,
    ...(values["replace-origin"] === undefined ? [] : [`${withCommas(removed.length)} removed`]),
    ...(refused.length === 0 ? [] : [`${withCommas(refused.length)} refused`]),
    ...(unreadable === 0 ? [] : [`${withCommas(unreadable)} not understood`]),
    ...(passedOver === 0 ? [] : [`${withCommas(passedOver)} passed over`]),
  ];
  const verb = values["dry-run"] ? "Would import" : "Imported";
  messages.note(`${verb} into "${blocklistPath(values)}": ${counts.join(", ")}`);
  return unreadable > 0 || refused.length > 0 || reads.some(({ fault }) => fault !== undefined);
}

function totalsOf(reads: readonly ReadList[]): { unreadable: number; passedOver: number } {
  let unreadable = 0;
  let passedOver = 0;
  for (const { found } of reads) {
    unreadable += found?.list.faultCount ?? 0;
    passedOver += found?.list.passedOver ?? 0;
  }
  return { unreadable, passedOver };
}

/** Prints what would be removed (`- 192.0.2.7`) and added (`+ 192.0.2.8`). */
async function printChanges({ asked, sorted, removed }: Imported, host: Host): Promise<void> {
  const printer = new NetworkPrinter();
  const [minus, plus, newline] = ["- ", "+ ", "\n"].map((text) => new TextEncoder().encode(text));
  const print = async (sign: Uint8Array | undefined, networks: NetworkList, index: number) => {
    if (printer.isFull) await host.stdout.write(printer.take());
    if (sign) printer.text(sign);
    printer.network(networks, index);
    if (newline) printer.text(newline);
  };
  for (let index = 0; index < removed.length; index++) await print(minus, removed, index);
  for (const index of sorted.added) await print(plus, asked.networks, index);
  await host.stdout.write(printer.take());
}

function toJson({ reads, asked, sorted, removed }: Imported, isDryRun: boolean): string {
  const nameAt = (index: number) => formatNetwork(asked.networks.at(index));
  const result = {
    dryRun: isDryRun,
    files: reads.map(({ name, found, fault }) => ({
      path: name,
      format: found?.format ?? null,
      networks: found?.list.networks.length ?? 0,
      unreadable: found?.list.faultCount ?? 0,
      passedOver: found?.list.passedOver ?? 0,
      error: fault?.message ?? null,
    })),
    added: sorted.added.map(nameAt),
    known: sorted.covered.map((index, at) => ({
      address: nameAt(index),
      by: formatNetwork(sorted.by.at(at)),
    })),
    removed: Array.from(removed, formatNetwork),
    refused: sorted.refused.map(({ network, why }) => ({ address: formatNetwork(network), why })),
    unreadable: reads.flatMap(({ name, found }) =>
      (found?.list.faults ?? []).map(({ line, message }) => ({
        path: name,
        line: line ?? null,
        message,
      }))
    ),
    totals: {
      added: sorted.added.length,
      known: sorted.covered.length,
      removed: removed.length,
      refused: sorted.refused.length,
      ...totalsOf(reads),
    },
  };
  return JSON.stringify(result, null, 2) + "\n";
}
