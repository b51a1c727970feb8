/**
 * What the allowlist allows now.
 *
 * @module
 */

import { allowedBy } from "../blocklist/allowlist.ts";
import { NetworkList } from "../ip/network_list.ts";
import { allowlistPath, type Places } from "./command.ts";
import { readList, readListIfThere, sayProblems } from "./list_file.ts";
import type { Messages } from "./messages.ts";

/** What is allowed. */
export interface AllowedNow {
  /** The networks. */
  readonly networks: NetworkList;
  /** When the first of them ends, in seconds since 1970; `Infinity` if none does. */
  readonly until: number;
  /** Whether part of the list was not understood. */
  readonly isPartial: boolean;
}

/**
 * Reads the allowlist.
 *
 * One that an option names must be there: who is on it may be who calls.
 *
 * @param values The options.
 * @param now The clock, in seconds since 1970.
 * @param messages Told of what is wrong with it; not said when absent.
 * @throws {Failure} If it cannot be read: nothing is done without it.
 */
export function readAllowlist(
  values: Pick<Places, "allowlist">,
  now: number,
  messages?: Messages,
): AllowedNow {
  const path = allowlistPath(values);
  const read = values.allowlist === undefined ? readListIfThere : readList;
  const networks = new NetworkList();
  let until = Infinity;
  let isPartial = false;
  for (const list of read(path, "allowlist")) {
    const allowed = allowedBy(list, now);
    networks.pushAll(allowed.networks);
    until = Math.min(until, allowed.until);
    if (messages && sayProblems(path, allowed, messages)) isPartial = true;
  }
  return { networks, until, isPartial };
}
