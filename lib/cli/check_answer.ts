/**
 * What `permaban check` answers about an address or a network.
 *
 * @module
 */

import { minimalNetworks } from "../ip/minimal_networks.ts";
import { formatNetwork, holds, isWide, type Network, shorten } from "../ip/network.ts";
import { offenderOf } from "../offender/tally.ts";
import type { Choice } from "../offender/threshold.ts";
import type { AskedBans } from "./asked_bans.ts";
import type { AskedEntry, AskedLists, BlockingEntry } from "./asked_lists.ts";
import { type BanFacts, banFacts, type Counting, ruleFor } from "./ban_facts.ts";
import type { ProtectedNetwork } from "./protected_networks.ts";

/** The answer. */
export interface CheckAnswer {
  /** What was asked about. */
  readonly network: Network;
  /** How much of it is blocked. */
  readonly state: "blocked" | "partly blocked" | "not blocked";
  /** Which parts are, where not all of it is. */
  readonly parts: readonly Network[];
  /** As what its bans count, where that is not itself. */
  readonly countsAs: Network | undefined;
  /** The entries of the blocklist that hold it, the widest first, then those in it. */
  readonly entries: readonly BlockingEntry[];
  /** What the allowlist has of it. */
  readonly allowed: readonly AskedEntry[];
  /** What of it is protected. */
  readonly protected: readonly ProtectedNetwork[];
  /** Pardons of it, or of what counts as one with it. */
  readonly pardons: readonly AskedEntry[];
  /** Its bans; `undefined` where nobody counted them. */
  readonly bans: BanFacts | undefined;
  /** Commands each of which frees it, once a batch is loaded. */
  readonly toFree: readonly string[];
  /** Commands that all together block it, likewise; none where nothing would. */
  readonly toBlock: readonly string[];
}

/** What answers are made of. */
export interface Known {
  /** The lists. */
  readonly lists: AskedLists;
  /** The bans. */
  readonly bans: AskedBans;
  /** How they are counted. */
  readonly counting: Counting;
  /** Whether a scan may put a network on the blocklist. */
  mayAdd(network: Network): boolean;
}

/** More addresses than this nobody types into another command. */
const MANY = 20;

/** Answers about a network. */
export function answerAbout(network: Network, known: Known): CheckAnswer {
  const { lists, bans, counting } = known;
  const counted = offenderOf(network, counting.tally.ipv6Prefix);
  const blocked = lists.blocked.about(network).map((part) => part.network);
  const isBlocked = blocked.some((part) => holds(part, network));
  const facts = {
    network,
    state: isBlocked ? "blocked" : blocked.length > 0 ? "partly blocked" : "not blocked",
    parts: isBlocked ? [] : blocked,
    countsAs: counted.prefix === network.prefix ? undefined : counted,
    entries: lists.entries.about(network),
    allowed: lists.allowed.about(network),
    protected: lists.protected.about(network),
    pardons: lists.pardons.about(counted),
  } as const;
  const subnet = subnetOf(counted, counting.choice);
  const own = bans.bans.about(counted);
  const all = subnet ? bans.bans.about(subnet) : own;
  const mayList = (one: Network) =>
    known.mayAdd(one) &&
    !facts.entries.some((entry) => entry.state !== "lapsed" && holds(entry.network, one));
  return {
    ...facts,
    bans: bans.source && banFacts(network, { own, all, subnet }, counting, mayList),
    toFree: waysToFree(facts),
    toBlock: waysToBlock(facts),
  };
}

/** The network that a scan would list if there were enough offenders in it. */
export function subnetOf(counted: Network, choice: Choice): Network | undefined {
  const rule = ruleFor(counted.family, choice);
  if (!rule || rule.prefix > counted.prefix) return undefined;
  const subnet = shorten(counted, rule.prefix);
  return choice.subnets?.mayBlock?.(subnet) === false ? undefined : subnet;
}

type Facts = Omit<CheckAnswer, "bans" | "toFree" | "toBlock">;

function waysToFree({ network, state, entries }: Facts): string[] {
  if (state === "not blocked") return [];
  const loaded = entries.filter((entry) => entry.state === "loaded").map((entry) => entry.network);
  const removal = `permaban remove ${namesOf(loaded)}`;
  // To take a wider network off the list frees all of its addresses.
  const isWider = loaded.some((one) => one.prefix < network.prefix);
  return isWider ? [`permaban allow add ${formatNetwork(network)}`, removal] : [removal];
}

function waysToBlock({ network, state, entries, allowed, protected: shielded }: Facts): string[] {
  if (state === "blocked" || shielded.length > 0) return [];
  const loaded = entries.filter((entry) => entry.state === "loaded").map((entry) => entry.network);
  const isListed = [...minimalNetworks(loaded)].some((one) => holds(one, network));
  // What an entry holds is not added without being told so, though no batch has that.
  const isHeld = entries.some((entry) => entry.state === "wide" && holds(entry.network, network));
  const flags = `${isHeld ? "--force " : ""}${isWide(network) ? "--allow-wide " : ""}`;
  const addition = `permaban add ${flags}${formatNetwork(network)}`;
  return [
    ...allowed.length > 0
      ? [`permaban allow remove ${namesOf(allowed.map((entry) => entry.network))}`]
      : [],
    ...isListed ? [] : [addition],
  ];
}

function namesOf(networks: readonly Network[]): string {
  const names = [...new Set(networks.map(formatNetwork))];
  return names.length > MANY ? "ADDRESS…" : names.join(" ");
}
