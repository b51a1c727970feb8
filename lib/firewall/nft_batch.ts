/**
 * A batch for `nft -f`: a table of its own with a set for each family.
 *
 * The file is one transaction (`nft(8)`), in which `table` makes the table if it is not there, so that
 * `delete table` always has one to delete. All elements stand in one list in the declaration of their
 * set: for each `add element` nft first asks the kernel for all that the set has, which takes longer
 * than all the rest; and of several lists in a declaration it silently takes the last.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { NetworkPrinter } from "../ip/network_printer.ts";
import type { Target } from "./chain_name.ts";
import type { NftHook } from "./nft_name.ts";
import { NFT_SETS } from "./set_names.ts";

/** What a batch is made of. */
export interface NftBatch {
  /** What to block, of both families, no two overlapping. */
  readonly networks: Iterable<Network>;
  /** The table, of the family `inet`; whatever was in it is gone. */
  readonly table: string;
  /** Where packets come in: a chain for each, of the same name. */
  readonly hooks: readonly NftHook[];
  /** When the chains have their turn among others at the same hook: the lower, the earlier. */
  readonly priority: number;
  /** What happens to a packet. */
  readonly target: Target;
  /** Lines of text for the head of the batch, without `#`. They must be the program's own words. */
  readonly remarks: readonly string[];
}

const FAMILIES = [4, 6] as const;
const TYPES = { 4: "ipv4_addr", 6: "ipv6_addr" } as const;
const HEADERS = { 4: "ip", 6: "ip6" } as const;
/** In the table of both families one word rejects with what each of them has for it. */
const ACTIONS = { drop: "drop", reject: "reject with icmpx type port-unreachable" } as const;

/**
 * Prints a batch.
 *
 * @example
 * ```ts
 * import { printNftBatch } from "./nft_batch.ts";
 * import { parseNetwork } from "../ip/network.ts";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const pieces = [...printNftBatch({
 *   networks: [parseNetwork("192.0.2.7"), parseNetwork("198.51.100.0/24")],
 *   table: "permaban",
 *   hooks: ["prerouting"],
 *   priority: -300,
 *   target: "drop",
 *   remarks: [],
 * })];
 * const batch = pieces.map((piece) => new TextDecoder().decode(piece)).join("");
 * assertStringIncludes(batch, "table inet permaban\ndelete table inet permaban\n");
 * assertStringIncludes(batch, "192.0.2.7,\n\t\t\t198.51.100.0/24\n");
 * assertStringIncludes(batch, "\t\tip saddr @blocked4 counter drop\n");
 * ```
 *
 * @param batch What to print.
 * @returns The text, encoded, in pieces.
 */
export function* printNftBatch(batch: NftBatch): Generator<Uint8Array> {
  const { table, hooks, remarks } = batch;
  const networks = NetworkList.from(batch.networks);
  const printer = new NetworkPrinter();
  for (const remark of remarks) printer.text(encode(`# ${remark}\n`));
  printer.text(encode(`table inet ${table}\ndelete table inet ${table}\ntable inet ${table} {\n`));
  for (const family of FAMILIES) {
    printer.text(encode(`\tset ${NFT_SETS[family]} {\n\t\ttype ${TYPES[family]}\n`));
    printer.text(encode("\t\tflags interval\n"));
    yield* printElements(networks, family, printer);
    printer.text(encode("\t}\n"));
  }
  for (const hook of hooks) printer.text(encode(chain(hook, batch)));
  printer.text(encode("}\n"));
  yield printer.take();
}

/** An empty list of elements is an error to nft. */
function* printElements(
  networks: NetworkList,
  family: 4 | 6,
  printer: NetworkPrinter,
): Generator<Uint8Array> {
  let before = FIRST;
  for (let index = 0; index < networks.length; index++) {
    if (networks.familyAt(index) !== family) continue;
    if (printer.isFull) yield printer.take();
    printer.text(before);
    printer.network(networks, index);
    before = NEXT;
  }
  if (before === NEXT) printer.text(LAST);
}

/** What leaves the machine is blocked by where it goes: it comes from the machine's own addresses. */
function chain(hook: NftHook, { priority, target }: NftBatch): string {
  const field = hook === "output" ? "daddr" : "saddr";
  const rules = FAMILIES.map((family) =>
    `\t\t${HEADERS[family]} ${field} @${NFT_SETS[family]} counter ${ACTIONS[target]}\n`
  );
  const type = `\t\ttype filter hook ${hook} priority ${priority}; policy accept;\n`;
  return `\tchain ${hook} {\n${type}${rules.join("")}\t}\n`;
}

function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

const encoder = new TextEncoder();
const FIRST = encode("\t\telements = {\n\t\t\t");
const NEXT = encode(",\n\t\t\t");
const LAST = encode("\n\t\t}\n");
