/**
 * The networks to block: what a batch loads and what must be loaded.
 *
 * @module
 */

import type { Problem } from "../blocklist/blocklist.ts";
import { minimalNetworks } from "../ip/minimal_networks.ts";
import { formatNetwork } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { blocklistPath } from "./command.ts";
import { readList } from "./list_file.ts";
import type { Messages } from "./messages.ts";

/** What is to be blocked. */
export interface BlockedNetworks {
  /** The networks of the families asked for, the fewest there are, in order. */
  readonly networks: NetworkList;
  /** How many entries of the list they are for. */
  readonly entries: number;
  /** How many entries are of the other family. */
  readonly others: number;
  /** Whether part of the list was not understood or left out. */
  readonly isPartial: boolean;
}

/** The options that it depends on. */
export interface BlockedOptions {
  /** The blocklist, where it is named. */
  readonly blocklist: string | undefined;
  /** The folder of permaban's own files. */
  readonly state: string;
  /** Whether wide networks are taken too. */
  readonly "allow-wide": boolean;
}

/** A line of the list that is not blocked. */
interface Fault extends Problem {
  /** What to do about it, where there is something. */
  readonly hint?: string;
}

/**
 * Reads what is to be blocked, and says what of the list is not.
 *
 * @param families The families wanted.
 * @param values The options.
 * @param messages Where faults are said.
 * @throws {Failure} If there is no list or it cannot be read.
 */
export function blockedNetworks(
  families: readonly (4 | 6)[],
  values: BlockedOptions,
  messages: Messages,
): BlockedNetworks {
  const path = blocklistPath(values);
  const blocked = new NetworkList();
  let entries = 0;
  let isPartial = false;
  for (const list of readList(path)) {
    const { networks, lines, problems } = list;
    const wide = values["allow-wide"] ? [] : wideOf(networks);
    const taken = wide.length > 0 ? without(networks, wide) : networks;
    for (const family of families) blocked.pushRows(family === 4 ? taken.four : taken.six);
    entries += taken.length;
    const faults: Fault[] = [
      ...problems,
      ...wide.map((index) => ({
        line: lines[index] ?? 0,
        message: `${formatNetwork(networks.at(index))} is wider than /8 (IPv4) or /19 (IPv6) ` +
          "and was left out",
        hint: "load it with --allow-wide if you mean it",
      })),
    ];
    for (const { line, message, hint } of faults.sort((a, b) => a.line - b.line)) {
      messages.error(`${path}:${line}: ${message}`, hint);
      isPartial = true;
    }
  }
  return {
    networks: minimalNetworks(blocked),
    entries: blocked.length,
    others: entries - blocked.length,
    isPartial,
  };
}

function wideOf(networks: NetworkList): number[] {
  const wide: number[] = [];
  for (let index = 0; index < networks.length; index++) {
    if (networks.isWideAt(index)) wide.push(index);
  }
  return wide;
}

function without(networks: NetworkList, gone: readonly number[]): NetworkList {
  const indexes = new Set(gone);
  const rest = new NetworkList();
  for (let index = 0; index < networks.length; index++) {
    if (!indexes.has(index)) rest.pushFrom(networks, index);
  }
  return rest;
}
