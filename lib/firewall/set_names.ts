/**
 * Names of the sets that hold the networks.
 *
 * @module
 */

/** Names of sets, by family. */
export interface SetNames {
  /** The set of IPv4 networks. */
  readonly 4: string;
  /** The set of IPv6 networks. */
  readonly 6: string;
}

/** The sets in a table of nftables. */
export const NFT_SETS: SetNames = { 4: "blocked4", 6: "blocked6" };

/** The sets of ipset that belong to a chain's name. */
export function ipsetNames(chain: string): SetNames {
  return { 4: `${chain}-4`, 6: `${chain}-6` };
}

/**
 * The set that is filled in place of another one, and is gone when it has been.
 *
 * One letter, because with it the longest chain's name makes 31, the most that ipset takes.
 */
export function spareName(set: string): string {
  return `${set}+`;
}
