/**
 * Whose bans do not count: the allowlist and the pardons, as a scan uses them.
 *
 * @module
 */

import { pardonsIn } from "../blocklist/pardons.ts";
import { minimalNetworks } from "../ip/minimal_networks.ts";
import { Exemptions } from "../offender/exemptions.ts";
import { pardonsPath, type Places } from "./command.ts";
import { readListIfThere, sayProblems } from "./list_file.ts";
import type { Messages } from "./messages.ts";
import { readAllowlist } from "./read_allowlist.ts";

/** Whose bans do not count now. */
export interface ExemptNow {
  /** Until when those of which networks do not; `undefined` where all count. */
  readonly exemptions: Exemptions | undefined;
  /** When the first of them may begin to count all the same, in seconds since 1970. */
  readonly until: number;
  /** Whether part of a list was not understood. */
  readonly isPartial: boolean;
}

/**
 * Reads the allowlist and the pardons.
 *
 * @param values The options.
 * @param now The clock, in seconds since 1970.
 * @param messages Told of what is wrong with them; not said when absent.
 * @throws {Failure} If one of them cannot be read.
 */
export function readExemptions(values: Places, now: number, messages?: Messages): ExemptNow {
  const allowed = readAllowlist(values, now, messages);
  const exemptions = new Exemptions();
  // Merged, so that a network counts as allowed if all parts of it are.
  for (const network of minimalNetworks(allowed.networks)) exemptions.exempt(network, Infinity);
  let { isPartial } = allowed;
  const path = pardonsPath(values);
  for (const list of readListIfThere(path, "pardons")) {
    const pardons = pardonsIn(list);
    pardons.sinces.forEach((since, index) => exemptions.exempt(pardons.networks.at(index), since));
    if (messages && sayProblems(path, pardons, messages)) isPartial = true;
  }
  return {
    exemptions: exemptions.size > 0 ? exemptions : undefined,
    until: allowed.until,
    isPartial,
  };
}
