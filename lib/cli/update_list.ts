/**
 * What a scan does with the blocklist.
 *
 * @module
 */

import { parseBlocklist } from "../blocklist/blocklist.ts";
import { formatNetwork } from "../ip/network.ts";
import type { Offender } from "../offender/offenders.ts";
import { blocklistPath, type Invocation } from "./command.ts";
import type { Decision } from "./decision.ts";
import { describeRefusal, type Guard, guardNow, type Refusal } from "./guard.ts";
import { changeList, sayProblems } from "./list_file.ts";
import { count, type Messages, withCommas } from "./messages.ts";
import { readExemptions } from "./read_exemptions.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import {
  carriedOut,
  EMPTY_PLAN,
  planUpdate,
  type UpdateOptions,
  type UpdatePlan,
} from "./update_plan.ts";

type Scan = Invocation<typeof SCAN_OPTIONS>;

/** Who is logged in from a protected address may have left after so many seconds. */
const AGAIN = 3600;

/** What became of the blocklist. */
export interface Update {
  /** The offenders that were added. */
  readonly added: readonly Offender[];
  /** Whether something went wrong with it. */
  readonly isPartial: boolean;
  /**
   * Until when it needs no other look, in seconds since 1970: when an entry lapses next, or offenders
   * that were left out may be protected no more; `Infinity` if neither is so.
   */
  readonly until: number;
}

/**
 * Puts offenders on the blocklist, and takes off it what has lapsed.
 *
 * @param offenders The offenders.
 * @param invocation Options and host.
 * @throws {Failure} If it cannot be changed; nothing is then.
 */
export async function updateList(
  offenders: Iterable<Offender>,
  invocation: Scan,
): Promise<Update> {
  const { values, messages } = invocation;
  const path = blocklistPath(values);
  const all = [...offenders];
  const options = updateOptions(all, invocation);
  let list = parseBlocklist(new Uint8Array(0));
  let plan = EMPTY_PLAN;
  await changeList(path, (bytes) => {
    list = parseBlocklist(bytes ?? new Uint8Array(0));
    plan = planUpdate(list, all, options);
    // An empty list is made too: from the first scan on, a missing file means that something is wrong.
    return carriedOut(plan, list, all, options) ?? (bytes === undefined ? [] : undefined);
  }, invocation);
  const hasProblems = sayProblems(path, list, messages);
  const decided = (kind: Decision["kind"]) =>
    all.filter((_, index) => plan.decisions[index]?.kind === kind);
  const refused = plan.decisions.flatMap((one) => one.kind === "refused" ? [one.refusal] : []);
  const isWide = ({ why }: Refusal) => why === "wide";
  const isRefused = sayWide(refused.filter(isWide), messages);
  const leftOut = refused.filter((refusal) => !isWide(refusal));
  sayLeftOut(leftOut, messages);
  sayUpdate(plan, path, messages);
  return {
    added: decided("add"),
    isPartial: hasProblems || isRefused,
    until: leftOut.length > 0 ? Math.min(plan.until, options.now + AGAIN) : plan.until,
  };
}

/** How a scan puts offenders on the blocklist. */
export function updateOptions(
  offenders: readonly Offender[],
  invocation: Scan,
): UpdateOptions {
  const { values, host } = invocation;
  const { expire, "allow-wide": allowWide } = values;
  const guard = () => guardOffenders(offenders, invocation);
  return { now: host.now(), expire, allowWide, zone: host.zone, guard };
}

/** The guard of the list, which also knows who was pardoned while the logs were read. */
function guardOffenders(
  offenders: readonly Offender[],
  invocation: Scan,
): Pick<Guard, "refusalOf"> {
  const { values, host } = invocation;
  const guard = guardNow(invocation);
  const { exemptions } = readExemptions(values, host.now());
  return {
    refusalOf(list, index) {
      const offender = offenders[index];
      if (offender && exemptions && offender.last <= exemptions.untilOf(offender.network)) {
        return { network: offender.network, why: "pardoned" };
      }
      return guard.refusalOf(list, index);
    },
  };
}

/** Names networks that are too wide, at each run until it is decided; whether there are any. */
function sayWide(refused: readonly Refusal[], messages: Messages): boolean {
  for (const refusal of refused) {
    messages.error(
      describeRefusal(refusal).message,
      "scan --allow-wide adds it, and until new bans come this ends it: " +
        `permaban pardon --allow-wide ${formatNetwork(refusal.network)}`,
    );
  }
  return refused.length > 0;
}

/** An own address with many bans is no fault of the logs, but something is wrong all the same. */
function sayLeftOut(refused: readonly Refusal[], messages: Messages): void {
  for (const refusal of refused) {
    const { message } = describeRefusal(refusal);
    if (refusal.why !== "protected") messages.detail(message);
    else messages.warning(message, 'find out why it is banned, or "permaban allow add" it');
  }
}

function sayUpdate(plan: UpdatePlan, path: string, messages: Messages): void {
  const { decisions, folded, lapsed } = plan;
  const number = (...kinds: Decision["kind"][]) =>
    decisions.reduce((sum, { kind }) => sum + (kinds.includes(kind) ? 1 : 0), 0);
  const known = number("listed", "covered", "extend");
  const extended = number("extend");
  messages.note([
    `Added ${count(number("add"), "entry", "entries")} to "${path}"`,
    ...(known > 0 ? [`${count(known, "offender")} listed already`] : []),
    ...(extended > 0 ? [`${withCommas(extended)} of them for longer now`] : []),
    ...(folded.length > 0
      ? [`put networks in the place of ${count(folded.length, "entry", "entries")}`]
      : []),
    ...(lapsed.length > 0 ? [`removed ${withCommas(lapsed.length)} that lapsed`] : []),
  ].join(", "));
}
