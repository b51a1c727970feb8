/**
 * Keeps off the blocklist what must not be on it.
 *
 * @module
 */

import { formatNetwork, holds, type Network } from "../ip/network.ts";
import { NetworkFinder } from "../ip/network_finder.ts";
import type { NetworkList } from "../ip/network_list.ts";
import type { Invocation } from "./command.ts";
import type { OptionTable } from "./option.ts";
import {
  describeProtected,
  type ProtectedNetwork,
  protectedNetworks,
} from "./protected_networks.ts";
import { readAllowlist } from "./read_allowlist.ts";
import { readExemptions } from "./read_exemptions.ts";

/** Why a network is not put on the blocklist. */
export type Refusal =
  & {
    /** The network. */
    readonly network: Network;
  }
  & (
    /** It is wider than any list should hold without being told so. */
    | { readonly why: "wide" }
    /** The allowlist has all of it. */
    | { readonly why: "allowed"; readonly by: Network }
    /** It is protected, or holds what is. */
    | { readonly why: "protected"; readonly by: ProtectedNetwork }
    /** Its bans were pardoned in the meantime. */
    | { readonly why: "pardoned" }
  );

/** Knows what must not be on the blocklist. */
export class Guard {
  readonly #allowed: NetworkFinder;
  readonly #protected: readonly ProtectedNetwork[];
  readonly #protectedFinder: NetworkFinder;

  /** Guards what the allowlist allows and what is protected. */
  constructor(allowed: Iterable<Network>, protectedOnes: readonly ProtectedNetwork[]) {
    this.#allowed = new NetworkFinder(allowed);
    this.#protected = protectedOnes;
    this.#protectedFinder = new NetworkFinder(protectedOnes.map(({ network }) => network));
  }

  /** Why a network of a list must not be put on the blocklist, or `undefined` if it may. */
  refusalOf(list: NetworkList, index: number): Refusal | undefined {
    if (this.#protectedFinder.find(list, index)) {
      const network = list.at(index);
      const by = this.#protected.find((known) =>
        holds(known.network, network) || holds(network, known.network)
      );
      if (by) return { network, why: "protected", by };
    }
    const by = this.#allowed.find(list, index);
    if (!by) return undefined;
    const network = list.at(index);
    return holds(by, network) ? { network, why: "allowed", by } : undefined;
  }

  /** What the allowlist has in a network of a list, or `undefined` if nothing. */
  allowedIn(list: NetworkList, index: number): Network | undefined {
    return this.#allowed.find(list, index);
  }
}

/**
 * Makes a guard of what the allowlist and the machine say now.
 *
 * @throws {Failure} If the allowlist cannot be read.
 */
export function guardNow({ values, host }: Invocation<OptionTable>): Guard {
  return new Guard(readAllowlist(values, host.now()).networks, protectedNetworks(host));
}

/**
 * Adds to a guard that nobody is added who was pardoned.
 *
 * @throws {Failure} If the pardons cannot be read.
 */
export function unlessPardoned(
  guard: Guard,
  { values, host }: Invocation<OptionTable>,
): Pick<Guard, "refusalOf"> {
  const { exemptions } = readExemptions(values, host.now());
  return {
    refusalOf(list, index) {
      const refusal = guard.refusalOf(list, index);
      if (refusal || !exemptions) return refusal;
      const network = list.at(index);
      return exemptions.untilOf(network) > -Infinity ? { network, why: "pardoned" } : undefined;
    },
  };
}

/** Why a network was refused, in words, and what can be done. */
export function describeRefusal(refusal: Refusal): { message: string; hint?: string } {
  const name = formatNetwork(refusal.network);
  switch (refusal.why) {
    case "wide":
      return {
        message: `${name} is wider than /8 (IPv4) or /19 (IPv6) and was not added`,
        hint: "add it with --allow-wide if you mean it",
      };
    case "allowed": {
      const by = formatNetwork(refusal.by);
      return {
        message: `${name} is on the allowlist${by === name ? "" : ` (${by})`} and was not added`,
        hint: '"permaban allow remove" takes an address off it',
      };
    }
    case "protected":
      return {
        message: `${describeProtected(refusal.network, refusal.by)} and was not added`,
        hint: "what is protected is never blocked",
      };
    case "pardoned":
      return { message: `${name} was pardoned and was not added` };
  }
}
