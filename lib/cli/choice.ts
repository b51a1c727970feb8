/**
 * Which bans count, and whom a scan chooses.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import type { Exemptions } from "../offender/exemptions.ts";
import type { TallyOptions } from "../offender/tally.ts";
import type { Choice } from "../offender/threshold.ts";
import { ignoredJails } from "./check_choice.ts";
import type { Invocation } from "./command.ts";
import { guardNow } from "./guard.ts";
import type { Host } from "./host.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";

type Scan = Invocation<typeof SCAN_OPTIONS>;

/**
 * Which bans count.
 *
 * @param values The options.
 * @param host Clock and zone.
 * @param exemptions Whose bans do not.
 */
export function tallyOptions(
  values: Scan["values"],
  host: Host,
  exemptions: Exemptions | undefined,
): TallyOptions {
  return {
    since: host.now() - values.within,
    jails: new Set(values.jail),
    ignoredJails: ignoredJails(values),
    countRestored: values["count-restored"],
    ipv6Prefix: values["ipv6-prefix"],
    days: values["min-days"] > 1 ? host.zone : undefined,
    exemptions,
  };
}

/**
 * Whom to choose.
 *
 * @throws {Failure} If the allowlist is needed and cannot be read.
 */
export function choiceOf(invocation: Scan): Choice {
  const { values } = invocation;
  const { subnet4: four, subnet6: six } = values;
  return {
    minBans: values["min-bans"],
    jailMins: values["jail-min"],
    jailWeights: values["jail-weight"],
    minDays: values["min-days"],
    subnets: four || six ? { four, six, mayBlock: mayBlock(invocation) } : undefined,
  };
}

/** Whether nothing of a network is allowed or protected. */
function mayBlock(invocation: Scan): (network: Network) => boolean {
  const guard = guardNow(invocation);
  return (network) => {
    const one = NetworkList.from([network]);
    return !guard.refusalOf(one, 0) && !guard.allowedIn(one, 0);
  };
}
