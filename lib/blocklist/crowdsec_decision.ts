/**
 * What CrowdSec has decided about somebody.
 *
 * @module
 */

import type { ForeignEntries } from "./foreign_list.ts";

/** A decision, as `cscli decisions list` prints it in JSON or CSV. */
export interface Decision {
  /** What kind of thing it is about: `Ip`, `Range`, `Country`, `AS` … */
  readonly scope: string;
  /** That thing. */
  readonly value: string;
  /** What is to be done: `ban`, `captcha` … */
  readonly type: string;
  /** Whether it is only for show. */
  readonly isSimulated: boolean;
  /** Why. */
  readonly scenario: string;
  /** Who decided: `crowdsec`, `cscli`, `CAPI`, `lists:…` */
  readonly origin: string;
}

/**
 * Takes a decision into a list if it bans an address or a range.
 *
 * @param decision The decision.
 * @param entries The list.
 * @param line The number of its line, where it has one.
 */
export function takeDecision(decision: Decision, entries: ForeignEntries, line?: number): void {
  const { scope, value, type, isSimulated, scenario, origin } = decision;
  if (type !== "ban" || isSimulated || !/^(?:ip|range)$/i.test(scope)) {
    entries.passedOver++;
    return;
  }
  entries.read(value, { comment: origin === "" ? scenario : `${scenario} (${origin})` }, line);
}
