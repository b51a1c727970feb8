/**
 * What a log tells.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import type { FlatBans } from "./flat_bans.ts";

/** A ban that fail2ban logged. */
export interface Ban {
  /** What was banned; `undefined` where the ID is no address or network. */
  readonly network: Network | undefined;
  /** The jail that banned. */
  readonly jail: string;
  /** When, in seconds since 1970. */
  readonly time: number;
  /** Whether fail2ban only put an old ban back after a restart. */
  readonly restored: boolean;
}

/** What is called with bans. */
export interface BanListener {
  /** Called with each ban, in the order of the log. */
  onBan(ban: Ban): void;
  /** Called instead with many of single addresses at once; their memory is used again. */
  readonly onFlatBans?: ((bans: FlatBans) => void) | undefined;
}
