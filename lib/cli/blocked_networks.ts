/**
 * The networks to block: what a batch loads and what must be loaded.
 *
 * @module
 */

import type { Blocklist, Problem } from "../blocklist/blocklist.ts";
import { lapsingOf } from "../blocklist/lapsing.ts";
import { commonNetworks } from "../ip/common_networks.ts";
import { minimalNetworks } from "../ip/minimal_networks.ts";
import { formatNetwork, holds, type Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { subtractNetworks } from "../ip/subtract_networks.ts";
import { allowlistPath, blocklistPath, type Places } from "./command.ts";
import type { Host } from "./host.ts";
import type { LeftOut } from "./left_out.ts";
import { readList } from "./list_file.ts";
import { count, type Messages } from "./messages.ts";
import {
  describeProtected,
  type ProtectedNetwork,
  protectedNetworks,
} from "./protected_networks.ts";
import { readAllowlist } from "./read_allowlist.ts";

/** What is to be blocked. */
export interface BlockedNetworks {
  /** The networks of the families asked for, the fewest there are, in order. */
  readonly networks: NetworkList;
  /** How many entries of the list they are for. */
  readonly entries: number;
  /** How many entries are of the other family. */
  readonly others: number;
  /** What of them is left out because the allowlist has it. */
  readonly allowed: NetworkList;
  /** What of them is left out because it is protected. */
  readonly protected: NetworkList;
  /** Whether part of a list was not understood or left out. */
  readonly isPartial: boolean;
}

/** The options that it depends on. */
export interface BlockedOptions extends Places {
  /** Whether wide networks are taken too. */
  readonly "allow-wide": boolean;
}

/** What of the list is wanted, and for what. */
export interface Wanted {
  /** Chooses entries of a part of the list; all unless given. */
  readonly choose?: (list: Blocklist) => Blocklist;
  /** Takes the entries, to say which of them have no part in it. */
  readonly leftOut?: LeftOut | undefined;
  /** What it is for, in words. */
  readonly purpose?: {
    /** What is done with it. */
    readonly verb: string;
    /** What it is put into. */
    readonly noun: string;
  };
}

const BATCH = { verb: "load", noun: "batch" };

/** How many networks that are cut out are named, of each kind. */
const NAMED = 10;

/** A line of the list that is not blocked. */
interface Fault extends Problem {
  /** What to do about it, where there is something. */
  readonly hint?: string;
}

/**
 * Reads what is to be blocked, and says what of the list is not.
 *
 * What the allowlist has and what is protected is cut out exactly.
 *
 * @param families The families wanted.
 * @param values The options.
 * @param host The clock, and the machine's own addresses.
 * @param messages Where faults are said.
 * @param wanted Which entries, all of them for a batch unless told.
 * @throws {Failure} If there is no list or it cannot be read, or the allowlist cannot be.
 */
export function blockedNetworks(
  families: readonly (4 | 6)[],
  values: BlockedOptions,
  host: Host,
  messages: Messages,
  wanted: Wanted = {},
): BlockedNetworks {
  const { choose = (list) => list, leftOut, purpose: { verb, noun } = BATCH } = wanted;
  // First of all: without it there must be no batch.
  const allowlist = readAllowlist(values, host.now(), messages);
  const { blocked, entries, isPartial } = readBlocked(families, values, host.now(), messages, {
    choose,
    leftOut,
    hint: `${verb} it with --allow-wide if you mean it`,
  });
  const merged = minimalNetworks(blocked);
  const shielded = protectedNetworks(host);
  const never = new NetworkList();
  never.pushAll(allowlist.networks);
  for (const { network } of shielded) never.push(network);
  // The list may be long: it is gone through once for all, and once more if there is a hole in it.
  const holes = commonNetworks(never, merged);
  const cut = {
    allowed: commonNetworks(holes, allowlist.networks),
    protected: commonNetworks(holes, shielded.map(({ network }) => network)),
  };
  if (!values["allow-wide"]) warnOfWide(allowlist.networks, values, messages);
  sayAllowed(cut.allowed, messages);
  sayProtected(cut.protected, shielded, noun, messages);
  return {
    networks: holes.length > 0 ? subtractNetworks(merged, holes) : merged,
    entries: blocked.length,
    others: entries - blocked.length,
    ...cut,
    isPartial: isPartial || allowlist.isPartial,
  };
}

function meet(a: Network, b: Network): boolean {
  return holds(a, b) || holds(b, a);
}

/** Names the first of them; who wants all has them in `--json`. */
function sayAllowed(allowed: NetworkList, messages: Messages): void {
  for (let index = 0; index < Math.min(allowed.length, NAMED); index++) {
    messages.detail(() =>
      `Left out ${formatNetwork(allowed.at(index))}, which is on the allowlist`
    );
  }
  const rest = allowed.length - NAMED;
  if (rest <= 0) return;
  messages.detail(() => `Left out ${count(rest, "network")} more, on the allowlist too`);
}

/** Names the first of them: a list may have thousands, and cron sends what is said by mail. */
function sayProtected(
  networks: NetworkList,
  shielded: readonly ProtectedNetwork[],
  noun: string,
  messages: Messages,
): void {
  for (let index = 0; index < Math.min(networks.length, NAMED); index++) {
    const network = networks.at(index);
    const by = shielded.find((known) => meet(known.network, network));
    if (by) messages.warning(`${describeProtected(network, by)} and is left out of the ${noun}`);
  }
  const rest = networks.length - NAMED;
  if (rest <= 0) return;
  messages.warning(
    `${count(rest, "network")} more must not be blocked and ${
      rest === 1 ? "is" : "are"
    } left out of the ${noun}`,
    'permaban restore --json names all under "protected"',
  );
}

/** Who allows so much hardly means it. */
function warnOfWide(allowed: NetworkList, values: BlockedOptions, messages: Messages): void {
  for (let index = 0; index < allowed.length; index++) {
    if (!allowed.isWideAt(index)) continue;
    const name = formatNetwork(allowed.at(index));
    messages.warning(
      `The allowlist "${allowlistPath(values)}" has ${name}: nothing of that is blocked`,
      "say --allow-wide if you mean it",
    );
  }
}

/** The networks of some families on the list, its faults said. */
function readBlocked(
  families: readonly (4 | 6)[],
  values: BlockedOptions,
  now: number,
  messages: Messages,
  { choose, leftOut, hint }: Required<Pick<Wanted, "choose">> & Pick<Wanted, "leftOut"> & {
    readonly hint: string;
  },
) {
  const path = blocklistPath(values);
  const blocked = new NetworkList();
  let [entries, over] = [0, 0];
  let isPartial = false;
  for (const part of readList(path)) {
    const list = choose(part);
    const { networks, lines, problems } = list;
    const { lapsed } = lapsingOf(list, now);
    const wide = values["allow-wide"] ? [] : wideOf(networks, new Set(lapsed));
    const left = [...lapsed, ...wide];
    const taken = left.length > 0 ? networks.without(left) : networks;
    over += lapsed.length;
    for (const family of families) blocked.pushRows(family === 4 ? taken.four : taken.six);
    entries += taken.length;
    leftOut?.add(list, wide, lapsed);
    const faults: Fault[] = [
      ...problems,
      ...wide.map((index) => ({
        line: lines[index] ?? 0,
        message: `${formatNetwork(networks.at(index))} is wider than /8 (IPv4) or /19 (IPv6) ` +
          "and was left out",
        hint,
      })),
    ];
    for (const { line, message, hint } of faults.sort((a, b) => a.line - b.line)) {
      messages.error(`${path}:${line}: ${message}`, hint);
      isPartial = true;
    }
  }
  if (over > 0 && !leftOut) {
    messages.detail(`Left out ${count(over, "entry", "entries")} that lapsed`);
  }
  return { blocked, entries, isPartial };
}

function wideOf(networks: NetworkList, lapsed: ReadonlySet<number>): number[] {
  const wide: number[] = [];
  for (let index = 0; index < networks.length; index++) {
    if (networks.isWideAt(index) && !lapsed.has(index)) wide.push(index);
  }
  return wide;
}
