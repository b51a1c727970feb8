/**
 * Addresses and networks from the command line and standard input.
 *
 * @module
 */

import {
  type Blocklist,
  noteOf,
  parseBlocklist,
  writtenCommentOf,
} from "../blocklist/blocklist.ts";
import { lapsingOf } from "../blocklist/lapsing.ts";
import type { Note } from "../blocklist/note.ts";
import { readNetwork } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import type { Host } from "./host.ts";
import type { Messages } from "./messages.ts";
import { readAll } from "./read_all.ts";

/** Networks that were asked for, with what their lines said about them. */
export interface Asked {
  /** The networks, in their order. */
  readonly networks: NetworkList;
  /**
   * What stood behind the `#` of a line of standard input; the same object for all of which nothing
   * was said.
   */
  noteAt(index: number): Note;
  /** Whether it says that the network holds no longer, told faster; `now` in seconds since 1970. */
  isLapsedAt?(index: number, now: number): boolean;
  /** That as it stood there, `#` included, if it can stand like this on the blocklist. */
  commentAt?(index: number): Uint8Array | undefined;
}

/** What was read from standard input. */
interface Piped {
  /** Where it begins among all networks. */
  readonly first: number;
  readonly list: Blocklist;
  /** Which of its entries no longer hold, once somebody has asked. */
  lapsed?: ReadonlySet<number>;
}

const NOTHING: Note = {};

/**
 * Reads the operands of `add` and `remove`.
 *
 * @param operands Addresses, networks, or `-` for standard input in the form of the blocklist.
 * @param host Where standard input is.
 * @param messages Told of each text that is no address.
 * @returns The networks, and whether a text was not understood.
 */
export async function readAddresses(
  operands: readonly string[],
  host: Host,
  messages: Messages,
): Promise<{ asked: Asked; isPartial: boolean }> {
  const networks = new NetworkList();
  const piped: Piped[] = [];
  let isPartial = false;
  for (const operand of operands) {
    if (operand === "-") {
      const list = parseBlocklist(await readAll(host.stdin));
      for (const { line, message } of list.problems) messages.error(`stdin:${line}: ${message}`);
      if (list.problems.length > 0) isPartial = true;
      else if (list.networks.length === 0) messages.warning("stdin: It holds no address");
      piped.push({ first: networks.length, list });
      networks.pushAll(list.networks);
      continue;
    }
    const network = readNetwork(operand);
    if (typeof network === "string") {
      messages.error(network);
      isPartial = true;
    } else networks.push(network);
  }
  const pipeOf = (index: number) =>
    piped.find(({ first, list }) => index >= first && index < first + list.networks.length);
  const noteAt = (index: number) => {
    const pipe = pipeOf(index);
    return pipe ? noteOf(pipe.list, index - pipe.first) : NOTHING;
  };
  const commentAt = (index: number) => {
    const pipe = pipeOf(index);
    return pipe && writtenCommentOf(pipe.list, index - pipe.first);
  };
  const isLapsedAt = (index: number, now: number) => {
    const pipe = pipeOf(index);
    if (!pipe) return false;
    pipe.lapsed ??= new Set(lapsingOf(pipe.list, now).lapsed);
    return pipe.lapsed.has(index - pipe.first);
  };
  return { asked: { networks, noteAt, commentAt, isLapsedAt }, isPartial };
}
