/**
 * Networks that no list should block, on any machine.
 *
 * @module
 */

import { type Network, parseNetwork } from "./network.ts";

/** A network with a use of its own. */
export interface SpecialNetwork {
  /** The network. */
  readonly network: Network;
  /** What it is, as in "is a multicast address". */
  readonly what: string;
}

/**
 * Addresses that stand for no host, for this one, or for those on the same wire: unspecified,
 * loopback, link-local, multicast and broadcast ones (RFC 6890, RFC 4291).
 */
export const SPECIAL_NETWORKS: readonly SpecialNetwork[] = [
  ["0.0.0.0", "the unspecified address"],
  ["127.0.0.0/8", "a loopback address"],
  ["169.254.0.0/16", "a link-local address"],
  ["224.0.0.0/4", "a multicast address"],
  ["255.255.255.255", "the broadcast address"],
  ["::", "the unspecified address"],
  ["::1", "the loopback address"],
  ["fe80::/10", "a link-local address"],
  ["ff00::/8", "a multicast address"],
].map(([network = "", what = ""]) => ({ network: parseNetwork(network), what }));
