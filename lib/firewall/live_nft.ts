/**
 * A table of nftables, as `nft -j list ruleset` prints it (libnftables-json(5)).
 *
 * @module
 */

import { parseIpv4, parseIpv6 } from "../ip/address.ts";
import { FULL_PREFIX, type Network, shorten } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { rangeNetworks } from "../ip/range_networks.ts";
import { DumpError } from "./live_table.ts";

/** A chain. */
export interface NftChain {
  /** Its name. */
  readonly name: string;
  /** Where packets come into it, in lower case; absent where only rules lead there. */
  readonly hook: string | undefined;
  /** What kind of chain it is there: only one of type `filter` sees every packet. */
  readonly type: string | undefined;
  /** When it has its turn among others at the same hook: the lower, the earlier. */
  readonly priority: number;
  /** What becomes of a packet that no rule decides on. */
  readonly policy: string;
}

/** A rule. */
export interface NftRule {
  /** The chain it is in. */
  readonly chain: string;
  /** The number that `nft delete rule` takes. */
  readonly handle: number;
  /** What it asks for and does, as in the dump. */
  readonly expressions: readonly Expression[];
}

/** A part of a rule: an object with one member, its name. */
export type Expression = Readonly<Record<string, unknown>>;

/** A set. */
export interface NftSet {
  /** Its networks. */
  readonly networks: NetworkList;
  /** Those of them that go away by themselves. */
  readonly temporary: NetworkList;
}

/** A table. */
export interface NftTable {
  /** Whether the dump has it. */
  readonly isThere: boolean;
  /** Its flags, as in the dump, if there is one that may have switched it off. */
  readonly oddFlags: string | undefined;
  /** Its chains. */
  readonly chains: readonly NftChain[];
  /** Its rules, in their order. */
  readonly rules: readonly NftRule[];
  /** Its sets by name. */
  readonly sets: ReadonlyMap<string, NftSet>;
  /** What was not understood, in sentences. */
  readonly problems: readonly { readonly message: string }[];
}

/**
 * Reads one table of the family `inet`.
 *
 * @param text What `nft -j list ruleset` or `nft -j list table` printed.
 * @param name The table.
 * @throws {DumpError} If the text is no such dump.
 */
export function parseNft(text: string, name: string): NftTable {
  const objects = objectsIn(text);
  const chains: NftChain[] = [];
  const rules: NftRule[] = [];
  const sets = new Map<string, NftSet>();
  const problems: { message: string }[] = [];
  const tables: Expression[] = [];
  for (const object of objects) {
    const [kind, body] = memberOf(object);
    if (!isObject(body) || body["family"] !== "inet") continue;
    if (kind === "table" && body["name"] === name) tables.push(body);
    if (body["table"] !== name) continue;
    if (kind === "chain") chains.push(toChain(body));
    if (kind === "rule") rules.push(toRule(body));
    if (kind === "set") {
      const set = String(body["name"]);
      sets.set(
        set,
        toSet(body, (element) => {
          problems.push({ message: `Set "${set}": cannot understand ${shown(element)}` });
        }),
      );
    }
  }
  return {
    isThere: tables.length > 0,
    oddFlags: tables.map(oddFlags).find((flags) => flags !== undefined),
    chains,
    rules,
    sets,
    problems,
  };
}

/** Flags that do not keep a table from working. */
const HARMLESS_FLAGS: readonly unknown[] = ["owner", "persist"];

/**
 * Flags of which one may have switched a table off.
 *
 * There is a list of them or, in older versions of nft, one word, which nft 1.0.6 takes from memory
 * that it has given back: so any word may stand for any flag.
 */
function oddFlags({ flags }: Expression): string | undefined {
  if (flags === undefined) return undefined;
  if (Array.isArray(flags) && flags.every((flag) => HARMLESS_FLAGS.includes(flag))) {
    return undefined;
  }
  return shown(flags);
}

function objectsIn(text: string): unknown[] {
  let dump: unknown;
  try {
    dump = JSON.parse(text);
  } catch {
    throw new DumpError(1, "It is no whole JSON text");
  }
  if (!isObject(dump) || !Array.isArray(dump["nftables"])) {
    throw new DumpError(1, "It is JSON, but not what nft -j prints");
  }
  return dump["nftables"];
}

function toChain(body: Expression): NftChain {
  const { hook, type, prio } = body;
  return {
    name: String(body["name"]),
    hook: typeof hook === "string" ? hook : undefined,
    type: typeof type === "string" ? type : undefined,
    priority: typeof prio === "number" ? prio : 0,
    policy: String(body["policy"] ?? "accept"),
  };
}

function toRule(body: Expression): NftRule {
  const handle = body["handle"];
  return {
    chain: String(body["chain"]),
    handle: typeof handle === "number" ? handle : 0,
    expressions: listIn(body, "expr").filter(isObject),
  };
}

/** An element goes away by itself if its set says so or it does; what is left of its time is shown. */
function toSet(body: Expression, onProblem: (element: unknown) => void): NftSet {
  const set = { networks: new NetworkList(), temporary: new NetworkList() };
  const areTemporary = body["timeout"] !== undefined;
  for (const element of listIn(body, "elem")) {
    const inner = isObject(element) && isObject(element["elem"]) ? element["elem"] : undefined;
    const value = inner ? inner["val"] : element;
    if (!pushElement(value, set.networks)) onProblem(element);
    else if (areTemporary || inner?.["timeout"] !== undefined || inner?.["expires"] !== undefined) {
      pushElement(value, set.temporary);
    }
  }
  return set;
}

/**
 * Puts the addresses of an element at the end of a list.
 *
 * @param element An address, a prefix or a range of addresses.
 * @returns Whether it is one of these.
 */
export function pushElement(element: unknown, list: NetworkList): boolean {
  if (typeof element === "string") {
    const network = parseAddress(element);
    if (network) list.push(network);
    return network !== undefined;
  }
  if (!isObject(element)) return false;
  const { prefix, range } = element;
  if (isObject(prefix)) {
    const { addr, len } = prefix;
    const network = typeof addr === "string" ? parseAddress(addr) : undefined;
    if (!network || typeof len !== "number") return false;
    if (!Number.isInteger(len) || len < 0 || len > FULL_PREFIX[network.family]) return false;
    list.push(shorten(network, len));
    return true;
  }
  if (!Array.isArray(range)) return false;
  const [first, last] = range.map((end) => typeof end === "string" ? parseAddress(end) : undefined);
  if (!first || first.family !== last?.family) return false;
  const ends = [BigInt(first.address), BigInt(last.address)] as const;
  for (const network of rangeNetworks(first.family, ...ends)) list.push(network);
  return true;
}

function parseAddress(text: string): Network | undefined {
  const four = parseIpv4(text);
  if (four !== undefined) return { family: 4, address: four, prefix: 32 };
  const six = parseIpv6(text);
  return six === undefined ? undefined : { family: 6, address: six, prefix: 128 };
}

/** The only member of an object, by its name. */
export function memberOf(object: unknown): [name: string, value: unknown] {
  return isObject(object) ? Object.entries(object)[0] ?? ["", undefined] : ["", undefined];
}

/** Whether a value is an object, not a list. */
export function isObject(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listIn(object: Expression, name: string): unknown[] {
  const list = object[name];
  return Array.isArray(list) ? list : [];
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 80);
}
