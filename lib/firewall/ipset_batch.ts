/**
 * A batch for `ipset restore`: a set of networks for each family.
 *
 * A set is filled under another name and swapped for the live one, so the rule that asks for it meets
 * all of the old list or all of the new one, and a batch that breaks off changes nothing. Each line
 * works the first time and every time, with `-exist` and without.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { NetworkPrinter } from "../ip/network_printer.ts";
import { ipsetNames, spareName } from "./set_names.ts";

/** What a batch is made of. */
export interface IpsetBatch {
  /** What to block, of both families. */
  readonly networks: Iterable<Network>;
  /** The chain whose rules ask for the sets: their names are made of its name. */
  readonly chain: string;
  /** Lines of text for the head of the batch, without `#`. They must be the program's own words. */
  readonly remarks: readonly string[];
}

/**
 * The most elements a set may have: the most that there can be, since the kernel reserves nothing for
 * it. It refuses to take an existing set for one of another limit, so this must never change.
 */
export const MOST = 0xffffffff;
/** The least hash size; what the kernel takes by itself. */
const LEAST_SIZE = 1024;

const FAMILIES = [4, 6] as const;
const INET = { 4: "inet", 6: "inet6" } as const;
/** A set of networks cannot hold all addresses as one. */
const HALVES = { 4: ["0.0.0.0/1", "128.0.0.0/1"], 6: ["::/1", "8000::/1"] } as const;

/**
 * Prints a batch.
 *
 * @example
 * ```ts
 * import { printIpsetBatch } from "./ipset_batch.ts";
 * import { parseNetwork } from "../ip/network.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const networks = [parseNetwork("192.0.2.7"), parseNetwork("2001:db8::/32")];
 * const pieces = [...printIpsetBatch({ networks, chain: "permaban", remarks: [] })];
 * const batch = pieces.map((piece) => new TextDecoder().decode(piece)).join("");
 * assertStringIncludes(batch, "add permaban-4+ 192.0.2.7\n");
 * assertStringIncludes(batch, "swap permaban-6+ permaban-6\n");
 * ```
 *
 * @param batch What to print.
 * @returns The text, encoded, in pieces.
 */
export function* printIpsetBatch(batch: IpsetBatch): Generator<Uint8Array> {
  const names = ipsetNames(batch.chain);
  const networks = NetworkList.from(batch.networks);
  const printer = new NetworkPrinter();
  for (const remark of batch.remarks) printer.text(encode(`# ${remark}\n`));
  // First all that fails where a set of another kind has the name, so that it is both or none.
  for (const family of FAMILIES) {
    printer.text(encode(create(names[family], family, LEAST_SIZE)));
    const { length } = family === 4 ? networks.four : networks.six;
    printer.text(encode(create(spareName(names[family]), family, sizeFor(length))));
  }
  for (const family of FAMILIES) {
    const spare = spareName(names[family]);
    // What a load that was killed has left is filled anew.
    printer.text(encode(`flush ${spare}\n`));
    const head = encode(`add ${spare} `);
    for (let index = 0; index < networks.length; index++) {
      if (networks.familyAt(index) !== family) continue;
      if (printer.isFull) yield printer.take();
      if (networks.prefixAt(index) === 0) {
        for (const half of HALVES[family]) printer.text(encode(`add ${spare} ${half}\n`));
        continue;
      }
      printer.text(head);
      printer.network(networks, index);
      printer.text(NEWLINE);
    }
  }
  for (const family of FAMILIES) {
    const spare = spareName(names[family]);
    printer.text(encode(`swap ${spare} ${names[family]}\ndestroy ${spare}\n`));
  }
  yield printer.take();
}

/** Makes a set unless it is there; the hash size of one that is there may differ. */
function create(name: string, family: 4 | 6, size: number): string {
  return `create ${name} hash:net family ${INET[family]} hashsize ${size} maxelem ${MOST} -exist\n`;
}

/** The power of two from which so many elements need not be hashed anew while they are added. */
function sizeFor(length: number): number {
  return Math.max(LEAST_SIZE, 2 ** Math.ceil(Math.log2(length)));
}

function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

const encoder = new TextEncoder();
const NEWLINE = encode("\n");
