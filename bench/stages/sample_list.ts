import { parseBlocklist } from "../../lib/blocklist/blocklist.ts";
import { compareNetworks } from "../../lib/ip/network.ts";
import { NetworkList } from "../../lib/ip/network_list.ts";
import { LIST_DEFAULTS, listBlocks } from "../generate_list.ts";
import { joined } from "./sample_log.ts";

/**
 * Makes the bytes of a blocklist.
 *
 * @param count How many entries.
 * @param ipv6 Which part of them are IPv6 networks.
 * @param plain Whether to leave out the comments.
 * @returns The bytes.
 */
export function sampleList(count: number, ipv6: number, plain: boolean): Uint8Array {
  const encoder = new TextEncoder();
  const blocks = listBlocks({ ...LIST_DEFAULTS, count, ipv6, plain });
  return joined(Array.from(blocks, (block) => encoder.encode(block)));
}

/**
 * Makes networks of one family, some of them inside others and some next to each other in IPv4, a
 * /64 each in IPv6.
 *
 * @param family The family.
 * @param count How many.
 * @returns The networks in random order, and the same in the order of their addresses.
 */
export function sampleNetworks(
  family: 4 | 6,
  count: number,
): { readonly random: NetworkList; readonly sorted: NetworkList } {
  const { networks } = parseBlocklist(sampleList(count, family === 6 ? 1 : 0, true));
  return { random: networks, sorted: NetworkList.from([...networks].sort(compareNetworks)) };
}
