/**
 * Which bans count, and whom a scan chooses.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import type { Exemptions } from "../offender/exemptions.ts";
import type { TallyOptions } from "../offender/tally.ts";
import type { Choice } from "../offender/threshold.ts";
import { stampOf } from "../file/file_stamp.ts";
import { ignoredJails } from "./check_choice.ts";
import { allowlistPath, type Invocation, pardonsPath } from "./command.ts";
import type { Host } from "./host.ts";
import type { ExemptNow } from "./read_exemptions.ts";
import type { ChoiceOptions } from "./spec/scan_spec.ts";

type Choosing = Invocation<ChoiceOptions>;

/**
 * Which bans count.
 *
 * @param values The options.
 * @param host Clock and zone.
 * @param exemptions Whose bans do not.
 */
export function tallyOptions(
  values: Choosing["values"],
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
export async function choiceOf(invocation: Choosing): Promise<Choice> {
  const { values } = invocation;
  const { subnet4: four, subnet6: six } = values;
  return {
    minBans: values["min-bans"],
    jailMins: values["jail-min"],
    jailWeights: values["jail-weight"],
    minDays: values["min-days"],
    subnets: four || six ? { four, six, mayBlock: await mayBlock(invocation) } : undefined,
  };
}

/** Whether nothing of a network is allowed or protected. */
async function mayBlock(invocation: Choosing): Promise<(network: Network) => boolean> {
  const [{ guardNow }, { NetworkList }] = await Promise.all([
    import("./guard.ts"),
    import("../ip/network_list.ts"),
  ]);
  const guard = guardNow(invocation);
  return (network) => {
    const one = NetworkList.from([network]);
    return !guard.refusalOf(one, 0) && !guard.allowedIn(one, 0);
  };
}

/**
 * Whose bans do not count, as the allowlist and the pardons say; where neither is there, at once.
 *
 * @param invocation The options; told of what is wrong with the lists.
 * @throws {Failure} If one of them cannot be read.
 */
export async function exemptNow({ values, host, messages }: Choosing): Promise<ExemptNow> {
  const paths = values.allowlist === undefined ? [allowlistPath(values), pardonsPath(values)] : [];
  if (paths.length > 0 && paths.every(isMissing)) {
    return { exemptions: undefined, until: Infinity, isPartial: false };
  }
  return (await import("./read_exemptions.ts")).readExemptions(values, host.now(), messages);
}

/** Whether there is no file; what cannot be looked at is read, which says why. */
function isMissing(path: string): boolean {
  try {
    return stampOf(path) === "";
  } catch {
    return false;
  }
}
