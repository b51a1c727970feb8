/**
 * What is never blocked on this machine, whatever the lists say.
 *
 * @module
 */

import { formatNetwork, FULL_PREFIX, holds, type Network, readNetwork } from "../ip/network.ts";
import { SPECIAL_NETWORKS, type SpecialNetwork } from "../ip/special_networks.ts";
import type { Host } from "./host.ts";
import { loginAddresses } from "./login_addresses.ts";

/** A network that is protected, and what it is, as in "is the machine's own address". */
export type ProtectedNetwork = SpecialNetwork;

/**
 * The networks that are protected now: special ones, the machine's own addresses, and those from
 * which somebody is logged in.
 */
export function protectedNetworks(host: Host): ProtectedNetwork[] {
  const found = [...SPECIAL_NETWORKS];
  const add = (text: string, what: string) => {
    // An address of a link names the link behind a percent sign.
    const network = readNetwork(text.replace(/%.*$/, ""));
    if (typeof network === "string" || network.prefix < FULL_PREFIX[network.family]) return;
    if (found.some((known) => holds(known.network, network))) return;
    found.push({ network, what });
  };
  for (const address of host.ownAddresses()) add(address, "an address of this machine");
  for (const address of loginAddresses(host)) add(address, "where somebody is logged in from");
  return found;
}

/**
 * Says what is protected about a network that has to do with a protected one.
 *
 * @returns Such as `127.0.0.1 is a loopback address`, or
 *   `192.0.2.0/24 holds 192.0.2.2, an address of this machine,`.
 */
export function describeProtected(network: Network, by: ProtectedNetwork): string {
  const name = formatNetwork(network);
  if (holds(by.network, network)) return `${name} is ${by.what}`;
  return `${name} holds ${formatNetwork(by.network)}, ${by.what},`;
}
