/**
 * A blocklist as lines for the configuration of other programs.
 *
 * @module
 */

import { formatIpv4 } from "../ip/address.ts";
import { LONGEST_NETWORK, type NetworkList } from "../ip/network_list.ts";
import { NetworkPrinter } from "../ip/network_printer.ts";
import { maskOf } from "../ip/read_networks.ts";
import type { Blocklist } from "./blocklist.ts";

/** The program that lines are for; `plain` for none. */
export type RuleFormat = "plain" | "nginx" | "apache" | "hosts.deny";

/** What a network stands between on a line. */
const RULES: Record<RuleFormat, { readonly before: string; readonly behind: string }> = {
  /** Nothing but the network. */
  plain: { before: "", behind: "\n" },
  /** `ngx_http_access_module`, in a `http`, `server` or `location` block. */
  nginx: { before: "deny ", behind: ";\n" },
  /** `mod_authz_host` of Apache 2.4, in a `<RequireAll>` beside `Require all granted`. */
  apache: { before: "Require not ip ", behind: "\n" },
  /** hosts_access(5), in `/etc/hosts.deny`. */
  "hosts.deny": { before: "ALL: ", behind: "\n" },
};

const SLASH = 0x2f;

/**
 * Prints a line for each network.
 *
 * @param parts Networks, or a list in parts.
 * @param program The program that they are for.
 * @returns The lines in pieces.
 */
export function* printRules(
  parts: Iterable<Pick<Blocklist, "networks">>,
  program: RuleFormat,
): Generator<Uint8Array> {
  const printer = new NetworkPrinter();
  const before = encoder.encode(RULES[program].before);
  const behind = encoder.encode(RULES[program].behind);
  const print = program === "hosts.deny" ? printHosts : printNetwork;
  for (const { networks } of parts) {
    for (let index = 0; index < networks.length; index++) {
      if (printer.isFull) yield printer.take();
      printer.text(before);
      print(printer, networks, index);
      printer.text(behind);
    }
  }
  yield printer.take();
}

function printNetwork(printer: NetworkPrinter, networks: NetworkList, index: number): void {
  printer.network(networks, index);
}

/** hosts_access(5): `192.0.2.0/255.255.255.0`, as all versions read it, and `[2001:db8::]/32`. */
function printHosts(printer: NetworkPrinter, networks: NetworkList, index: number): void {
  const end = networks.write(index, scratch, 0);
  const slash = scratch.subarray(0, end).indexOf(SLASH);
  const address = scratch.subarray(0, slash < 0 ? end : slash);
  if (networks.familyAt(index) === 4) {
    printer.text(address);
    if (slash >= 0) {
      printer.text(encoder.encode(`/${formatIpv4(maskOf(networks.prefixAt(index)))}`));
    }
    return;
  }
  printer.text(OPEN);
  printer.text(address);
  printer.text(CLOSE);
  if (slash >= 0) printer.text(scratch.subarray(slash, end));
}

const encoder = new TextEncoder();
const [OPEN, CLOSE] = [encoder.encode("["), encoder.encode("]")];
const scratch = new Uint8Array(LONGEST_NETWORK);
