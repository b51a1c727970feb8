/**
 * A batch for `iptables-restore` and `ip6tables-restore`: one chain with a rule for each network.
 *
 * The form is that of `iptables-save(8)`. `:NAME - [0:0]` makes the chain or empties it, so the same
 * batch works the first time and every time, and the one `COMMIT` puts all of it in place at once.
 *
 * @module
 */

import { formatNetwork, FULL_PREFIX, type Network } from "../ip/network.ts";
import type { Target } from "./chain_name.ts";

/** What a batch is made of. */
export interface IptablesBatch {
  /** The family whose loader reads the batch. */
  readonly family: 4 | 6;
  /** What to block, of that family, in the order of the rules. */
  readonly networks: readonly Network[];
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

/** Rules put into one piece of text, which is far faster to write than each on its own. */
const RULES_IN_A_PIECE = 1024;

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
 *   [...pieces].join(""),
 *   "*filter\n" +
 *     ":permaban - [0:0]\n" +
 *     "-A permaban -s 192.0.2.7/32 -j DROP\n" +
 *     "-I INPUT -j permaban\n" +
 *     "COMMIT\n",
 * );
 * ```
 *
 * @param batch What to print.
 * @returns The text, in pieces.
 */
export function* printIptablesBatch(batch: IptablesBatch): Generator<string> {
  const { family, networks, chain } = batch;
  yield batch.remarks.map((remark) => `# ${remark}\n`).join("");
  yield `*${batch.table}\n:${chain} - [0:0]\n`;
  const action = ACTIONS[batch.target][family];
  for (let from = 0; from < networks.length; from += RULES_IN_A_PIECE) {
    yield networks.slice(from, from + RULES_IN_A_PIECE)
      .map((network) => `-A ${chain} -s ${withPrefix(network)} -j ${action}\n`)
      .join("");
  }
  // A jump behind the rules that accept would never be reached, so it goes before them.
  yield batch.hooks.map((hook) => `-I ${hook} -j ${chain}\n`).join("");
  yield "COMMIT\n";
}

/** Rules name the prefix length of a single address too, as `iptables-save` prints them. */
function withPrefix(network: Network): string {
  const text = formatNetwork(network);
  return network.prefix === FULL_PREFIX[network.family] ? `${text}/${network.prefix}` : text;
}
