/**
 * What is decided about an address, and why.
 *
 * @module
 */

import { formatNetwork, type Network } from "../ip/network.ts";
import { type Measure, WHOLE_BAN } from "../offender/threshold.ts";
import type { Refusal } from "./guard.ts";
import { count, withCommas } from "./messages.ts";

/** What is decided about an address or network. */
export type Decision =
  /** It is put on the blocklist. */
  | { readonly kind: "add" }
  /** It is on the blocklist and stays as it is. */
  | { readonly kind: "listed" }
  /** It is on the blocklist and stays there for longer, until an instant in text. */
  | { readonly kind: "extend"; readonly until: string }
  /** A network that holds it is on the blocklist, or put there. */
  | { readonly kind: "covered"; readonly by: Network }
  /** It is one of the offenders for which a network is put on the blocklist in their place. */
  | {
    readonly kind: "member";
    readonly of: Network;
    /** Whether it has an entry of its own, which goes. */
    readonly hasEntry: boolean;
  }
  /** It must not be on the blocklist, or not unasked. */
  | { readonly kind: "refused"; readonly refusal: Refusal }
  /** Its entry lapsed at an instant in text, and is removed. */
  | { readonly kind: "lapse"; readonly until: string }
  /** It lacks some of what makes an offender. */
  | { readonly kind: "near"; readonly measures: readonly Measure[] };

/** Why it was decided so, in a few words; `measures` are those of an offender. */
export function reasonOf(decision: Decision, measures: readonly Measure[]): string {
  switch (decision.kind) {
    case "add":
      return describeMeasures(measures);
    case "listed":
      return "listed already";
    case "extend":
      return `banned again, now until ${decision.until}`;
    case "covered":
      return `covered by ${formatNetwork(decision.by)}`;
    case "member":
      return `one of the offenders in ${formatNetwork(decision.of)}` +
        (decision.hasEntry ? ", which takes the place of its entry" : "");
    case "refused":
      return reasonOfRefusal(decision.refusal);
    case "lapse":
      return `lapsed at ${decision.until}`;
    case "near":
      return describeMeasures(decision.measures);
  }
}

function reasonOfRefusal(refusal: Refusal): string {
  switch (refusal.why) {
    case "wide":
      return "wider than /8 (IPv4) or /19 (IPv6), which needs --allow-wide";
    case "allowed":
      return `${formatNetwork(refusal.by)} is on the allowlist`;
    case "protected":
      return `${formatNetwork(refusal.by.network)} is ${refusal.by.what}`;
    case "pardoned":
      return "pardoned in the meantime";
  }
}

/** The word for a decision: for one that refuses, why it does. */
export function wordOf(decision: Decision): string {
  return decision.kind === "refused" ? decision.refusal.why : decision.kind;
}

const NOUNS = { bans: "ban", jail: "ban", days: "day", offenders: "offender" } as const;

/** How much there is of each part of a threshold, and how much it takes. */
export function describeMeasures(measures: readonly Measure[]): string {
  return measures.map(({ of, jail, reached, needed }) => {
    const unit = of === "bans" ? WHOLE_BAN : 1;
    const amount = count(reached / unit, NOUNS[of]);
    const where = jail === undefined ? "" : ` in ${JSON.stringify(jail)}`;
    return `${amount}${where}, ${withCommas(needed / unit)} needed`;
  }).join("; ");
}
