/**
 * How many offenders there are, in a few words.
 *
 * @module
 */

import { formatLocalTime } from "../log/time_zone.ts";
import type { Invocation } from "./command.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { count, withCommas } from "./messages.ts";

/** Says how many offenders there are. */
export function sayOffenders(
  offenders: number,
  { values, host, messages }: Invocation<typeof SCAN_OPTIONS>,
): void {
  const since = formatLocalTime(host.now() - values.within, host.zone);
  const needed = [
    `${count(values["min-bans"], values["jail-weight"].size > 0 ? "weighed ban" : "ban")} or more`,
    ...Array.from(values["jail-min"], ([jail, bans]) => `or ${withCommas(bans)} in "${jail}"`),
    ...(values["min-days"] > 1 ? [`on ${withCommas(values["min-days"])} days or more`] : []),
  ].join(", ");
  messages.note(`${count(offenders, "offender")} with ${needed} since ${since}`);
}
