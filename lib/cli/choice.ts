/**
 * Which bans count, and whom a scan chooses.
 *
 * @module
 */

import type { TallyOptions } from "../offender/tally.ts";
import type { Choice } from "../offender/threshold.ts";
import { ignoredJails } from "./check_choice.ts";
import type { Invocation } from "./command.ts";
import type { Host } from "./host.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";

type ScanValues = Invocation<typeof SCAN_OPTIONS>["values"];

/** Which bans count. */
export function tallyOptions(values: ScanValues, host: Host): TallyOptions {
  return {
    since: host.now() - values.within,
    jails: new Set(values.jail),
    ignoredJails: ignoredJails(values),
    countRestored: values["count-restored"],
    ipv6Prefix: values["ipv6-prefix"],
    days: values["min-days"] > 1 ? host.zone : undefined,
  };
}

/** Whom to choose. */
export function choiceOf(values: ScanValues): Choice {
  return {
    minBans: values["min-bans"],
    jailMins: values["jail-min"],
    jailWeights: values["jail-weight"],
    minDays: values["min-days"],
    subnets: { four: values.subnet4, six: values.subnet6 },
  };
}
