/**
 * Options that say how many offenders make a network one: `--subnet4 24:5`.
 *
 * @module
 */

import { WIDE_PREFIX } from "../ip/network.ts";
import type { SubnetRule } from "../offender/subnets.ts";
import { usageError } from "./failure.ts";
import type { Option } from "./option.ts";

/** Narrower networks than these are single addresses. */
const NARROWEST = { 4: 31, 6: 127 } as const;
/** One offender makes no network. */
const FEWEST = 2;

/** Makes an option with the prefix length of a network and the offenders in it. */
export function subnetRule(family: 4 | 6, help: string): Option<SubnetRule | undefined> {
  const [least, most] = [WIDE_PREFIX[family], NARROWEST[family]];
  return {
    placeholder: "LEN:IPS",
    help,
    limits: `LEN ${least} to ${most}, IPS ${FEWEST} or more`,
    parse([text], name) {
      if (text === undefined) return undefined;
      const [, prefix, offenders] = /^(\d{1,3}):(\d{1,15})$/.exec(text) ?? [];
      const rule = { prefix: Number(prefix), offenders: Number(offenders) };
      if (rule.prefix >= least && rule.prefix <= most && rule.offenders >= FEWEST) return rule;
      throw usageError(
        `Option --${name} takes LEN:IPS: a prefix length from ${least} to ${most} and a number ` +
          `of offenders from ${FEWEST} on, not "${text}"`,
      );
    },
  };
}
