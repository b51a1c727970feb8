/**
 * A batch for `iptables-restore` and `ip6tables-restore`: one chain with a rule for each network.
 *
 * The form is that of `iptables-save(8)`. `:NAME - [0:0]` makes the chain or empties it, so the same
 * batch works the first time and every time, and the one `COMMIT` puts all of it in place at once.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { NetworkPrinter } from "../ip/network_printer.ts";
import type { Target } from "./chain_name.ts";

/** What a batch is made of. */
export interface IptablesBatch {
  /** The family whose loader reads the batch. */
  readonly family: 4 | 6;
  /** What to block, of that family, in the order of the rules. */
  readonly networks: Iterable<Network>;
  /** The table. */
  readonly table: string;
  /** The chain that holds the rules. */
  readonly chain: string;
  /** Chains to put a jump in, before their first rule; none where the jump is there already. */
  readonly hooks: readonly string[];
  /** What happens to a packet. */
  readonly target: Target;
  /** Lines of text for the head of the batch, without `#`. They must be the program's own words. */
  readonly remarks: readonly string[];
}

const ACTIONS = {
  drop: { 4: "DROP", 6: "DROP" },
  reject: {
    4: "REJECT --reject-with icmp-port-unreachable",
    6: "REJECT --reject-with icmp6-port-unreachable",
  },
} as const;

/**
 * Prints a batch.
 *
 * @example
 * ```ts
 * import { printIptablesBatch } from "./iptables_batch.ts";
 * import { parseNetwork } from "../ip/network.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = printIptablesBatch({
 *   family: 4,
 *   networks: [parseNetwork("192.0.2.7")],
 *   table: "filter",
 *   chain: "permaban",
 *   hooks: ["INPUT"],
 *   target: "drop",
 *   remarks: [],
 * });
 * assertEquals(
 *   [...pieces].map((piece) => new TextDecoder().decode(piece)).join(""),
 *   "*filter\n" +
 *     ":permaban - [0:0]\n" +
 *     "-A permaban -s 192.0.2.7/32 -j DROP\n" +
 *     "-I INPUT -j permaban\n" +
 *     "COMMIT\n",
 * );
 * ```
 *
 * @param batch What to print.
 * @returns The text, encoded, in pieces.
 */
export function* printIptablesBatch(batch: IptablesBatch): Generator<Uint8Array> {
  const { chain, table, hooks, remarks } = batch;
  const networks = NetworkList.from(batch.networks);
  const printer = new NetworkPrinter();
  for (const remark of remarks) printer.text(encode(`# ${remark}\n`));
  printer.text(encode(`*${table}\n:${chain} - [0:0]\n`));
  const head = encode(`-A ${chain} -s `);
  const tail = encode(` -j ${ACTIONS[batch.target][batch.family]}\n`);
  for (let index = 0; index < networks.length; index++) {
    if (printer.isFull) yield printer.take();
    printer.text(head);
    // Rules name the prefix length of a single address too, as `iptables-save` prints them.
    printer.network(networks, index, true);
    printer.text(tail);
  }
  // A jump behind the rules that accept would never be reached, so it goes before them.
  for (const hook of hooks) printer.text(encode(`-I ${hook} -j ${chain}\n`));
  printer.text(encode("COMMIT\n"));
  yield printer.take();
}

function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

const encoder = new TextEncoder();
