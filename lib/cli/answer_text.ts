/**
 * What `permaban check` answers, to be read on a terminal.
 *
 * @module
 */

import { formatJails } from "../blocklist/jail_words.ts";
import { formatMembers } from "../blocklist/note.ts";
import { formatNetwork } from "../ip/network.ts";
import { formatLocalDay, formatLocalTime } from "../log/time_zone.ts";
import type { Ignored } from "../offender/tally.ts";
import { type BlockingEntry, noteOn } from "./asked_lists.ts";
import type { BanFacts } from "./ban_facts.ts";
import type { CheckAnswer, Known } from "./check_answer.ts";
import { describeMeasures } from "./decision.ts";
import { count, escapeControls, withCommas } from "./messages.ts";
import { isDue, missingOf, reasonsOf } from "./print_answers.ts";

/** Facts of one kind that are shown at most. */
const MOST = 10;
/** As wide as the longest label. */
const WIDTH = 9;

/** A label, which is shown once where several follow each other, and what there is to say. */
type Fact = readonly [label: string, text: string];

/** Prints an answer. */
export function toText(answer: CheckAnswer, known: Known): string {
  const { network, state, countsAs, entries, allowed, pardons, bans } = answer;
  const name = formatNetwork(network);
  const facts: Fact[] = [
    ...few("part", answer.parts, formatNetwork),
    ...few("entry", entries, describeEntry),
    ...few("allowed", allowed, (entry) => {
      const { until, comment } = noteOn(entry);
      const end = until === undefined ? [] : [`until ${until}`];
      return [formatNetwork(entry.network), "on the allowlist", ...end, ...asRemark(comment)]
        .join(", ");
    }),
    ...few("protected", answer.protected, ({ network, what }) => {
      return `${formatNetwork(network)}, ${what}`;
    }),
    ...few("pardoned", pardons, (entry) => {
      const { since, comment } = noteOn(entry);
      return [formatNetwork(entry.network), `since ${since}`, ...asRemark(comment)].join(", ");
    }),
  ];
  if (countsAs) facts.push(["counts as", formatNetwork(countsAs)]);
  if (bans) facts.push(...describeBans(bans, known));
  const missing = missingOf(answer);
  if (missing.length > 0) facts.push(["so far", describeMeasures(bans?.missing ?? [])]);
  if (isDue(answer)) facts.push(["due", `${formatNetwork(bans?.due ?? network)}: scan --update`]);
  answer.toFree.forEach((command, at) => facts.push([at > 0 ? "or" : "to free", command]));
  answer.toBlock.forEach((command, at) => facts.push([at > 0 ? "then" : "to block", command]));
  const lines = facts.map(([label, text], at) => {
    const shown = label === facts[at - 1]?.[0] && label !== "or" && label !== "then" ? "" : label;
    return `  ${shown.padEnd(WIDTH)}  ${escapeControls(text)}\n`;
  });
  return `${name} is ${state}\n${lines.join("")}`;
}

/** The first of some facts, and how many there are besides. */
function few<Thing>(
  label: string,
  things: readonly Thing[],
  describe: (thing: Thing) => string,
): Fact[] {
  const shown = things.slice(0, MOST).map((thing): Fact => [label, describe(thing)]);
  const rest = things.length - shown.length;
  if (rest > 0) shown.push([label, `and ${withCommas(rest)} more, which --json has`]);
  return shown;
}

function describeEntry(entry: BlockingEntry): string {
  const { since, until, bans, first, last, jails, members, origin, comment } = noteOn(entry);
  return [
    `${formatNetwork(entry.network)} in line ${entry.line}`,
    ...entry.state === "lapsed" ? ["no longer loaded, because it lapsed"] : [],
    ...entry.state === "wide" ? ["too wide to be loaded without --allow-wide"] : [],
    ...since === undefined ? [] : [`since ${since}`],
    ...until === undefined ? [] : [`until ${until}`],
    ...bans === undefined ? [] : [count(bans, "ban")],
    ...first === undefined && last === undefined ? [] : [`${first ?? "?"} to ${last ?? "?"}`],
    ...jails && jails.size > 0 ? [formatJails(jails)] : [],
    ...members ? [`for ${formatMembers(members)}`] : [],
    ...origin === undefined ? [] : [`from ${origin}`],
    ...asRemark(comment),
  ].join(", ");
}

function asRemark(comment: string | undefined): string[] {
  return comment === undefined ? [] : [`"${comment}"`];
}

function describeBans(
  { bans, offenders, days, ignored }: BanFacts,
  { counting: { tally: { since }, zone } }: Known,
): Fact[] {
  if (bans === 0) {
    const none: Fact = ["bans", `none since ${formatLocalDay(since, zone)}`];
    return [none, ...describeIgnored(ignored)];
  }
  return [
    ...few("bans", offenders, ({ network, bans, first, last, jails }) => {
      const times = `${formatLocalTime(first, zone)} to ${formatLocalTime(last, zone)}`;
      return `${count(bans, "ban")} of ${formatNetwork(network)}, ${times}, ${formatJails(jails)}`;
    }),
    // The latest are those that matter.
    ...few("by day", days.toReversed(), ({ day, bans, jails }) => {
      return `${day}, ${count(bans, "ban")}, ${formatJails(jails)}`;
    }),
    ...describeIgnored(ignored),
  ];
}

function describeIgnored(ignored: Ignored): Fact[] {
  return few("ignored", reasonsOf(ignored), ([reason, bans]) => `${count(bans, "ban")}, ${reason}`);
}
