/**
 * What makes a network of many offenders one itself.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";

/** How many offenders make a network of which size an offender. */
export interface SubnetRule {
  /** The prefix length of the network. */
  readonly prefix: number;
  /** The distinct offenders that it takes: addresses, and networks that are no wider. */
  readonly offenders: number;
}

/** Which networks to pick for the offenders in them. */
export interface Subnets {
  /** In IPv4. */
  readonly four?: SubnetRule | undefined;
  /** In IPv6. */
  readonly six?: SubnetRule | undefined;
  /** Whether all of a network may be blocked; one that may not is left to its offenders. */
  readonly mayBlock?: ((network: Network) => boolean) | undefined;
}
