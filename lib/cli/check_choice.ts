/**
 * Whether the options that choose offenders make sense together.
 *
 * Apart from what they do, because a run that finds nothing new needs no more than this.
 *
 * @module
 */

import { ECHO_JAILS } from "../offender/echo_jails.ts";
import type { Invocation } from "./command.ts";
import { usageError } from "./failure.ts";
import type { ChoiceOptions } from "./spec/scan_spec.ts";

type ChoiceValues = Invocation<ChoiceOptions>["values"];
type JailValues = Pick<ChoiceValues, "jail" | "ignore-jail">;

/**
 * Makes sure that options do not contradict each other.
 *
 * @throws {Failure} If they do.
 */
export function checkChoice(values: ChoiceValues): void {
  const { subnet6, "ipv6-prefix": one } = values;
  checkIgnored(values);
  checkJails(values);
  if (subnet6 && subnet6.prefix >= one) {
    throw usageError(
      `Option --subnet6 takes a prefix length below that of --ipv6-prefix, which is ${one}`,
    );
  }
}

/**
 * Makes sure that no jail is both asked for and ignored.
 *
 * @throws {Failure} If one is.
 */
export function checkIgnored({ jail: jails, "ignore-jail": ignored }: JailValues): void {
  const both = ignored.find((jail) => jails.includes(jail));
  if (both === undefined) return;
  throw usageError(`Options --jail and --ignore-jail both name "${both}"`);
}

/** The jails whose bans do not count. */
export function ignoredJails(values: JailValues): Set<string> {
  const { jail: jails, "ignore-jail": ignored } = values;
  return new Set([...ignored, ...ECHO_JAILS.filter((jail) => !jails.includes(jail))]);
}

/** Nobody is to wait for a number that is never reached. */
function checkJails(values: ChoiceValues): void {
  const { jail: jails, "jail-min": minimums, "jail-weight": weights } = values;
  const ignored = ignoredJails(values);
  for (const [name, numbers] of [["jail-min", minimums], ["jail-weight", weights]] as const) {
    for (const jail of numbers.keys()) {
      if (!ignored.has(jail) && (jails.length === 0 || jails.includes(jail))) continue;
      throw usageError(
        `Option --${name} names "${jail}", whose bans do not count`,
        "name it with --jail too, and not with --ignore-jail",
      );
    }
  }
  const both = [...minimums.keys()].find((jail) => weights.has(jail));
  if (both !== undefined) {
    throw usageError(
      `Options --jail-min and --jail-weight both name "${both}"`,
      "bans in a jail with a minimum of its own count toward that alone",
    );
  }
}
