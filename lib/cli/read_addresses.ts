/**
 * Addresses and networks from the command line and standard input.
 *
 * @module
 */

import { noteOf, parseBlocklist } from "../blocklist/blocklist.ts";
import type { Note } from "../blocklist/note.ts";
import { type Network, readNetwork } from "../ip/network.ts";
import { joinBytes } from "../log/join_bytes.ts";
import type { Host } from "./host.ts";
import type { Messages } from "./messages.ts";

/** A network that was asked for, with what its line said about it. */
export interface AskedFor {
  /** The network. */
  readonly network: Network;
  /** What stood behind `#` on standard input. */
  readonly note: Note;
}

/**
 * Reads the operands of `add` and `remove`.
 *
 * @param operands Addresses, networks, or `-` for standard input in the form of the blocklist.
 * @param host Where standard input is.
 * @param messages Told of each text that is no address.
 * @returns The networks in their order, and whether a text was not understood.
 */
export async function readAddresses(
  operands: readonly string[],
  host: Host,
  messages: Messages,
): Promise<{ asked: AskedFor[]; isPartial: boolean }> {
  const asked: AskedFor[] = [];
  let isPartial = false;
  for (const operand of operands) {
    if (operand === "-") {
      const list = parseBlocklist(await readAll(host.stdin));
      for (const { line, message } of list.problems) messages.error(`stdin:${line}: ${message}`);
      isPartial ||= list.problems.length > 0;
      for (const entry of list.entries) {
        asked.push({ network: entry.network, note: noteOf(list, entry) });
      }
      continue;
    }
    const network = readNetwork(operand);
    if (typeof network === "string") {
      messages.error(network);
      isPartial = true;
    } else {
      asked.push({ network, note: {} });
    }
  }
  return { asked, isPartial };
}

async function readAll(input: Host["stdin"]): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = new Uint8Array(1 << 16);
    const length = await input.read(part);
    if (length === null) return joinBytes(parts);
    parts.push(part.subarray(0, length));
  }
}
