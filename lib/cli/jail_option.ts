/**
 * Options that say something of single jails: `--jail-min sshd=20`.
 *
 * @module
 */

import { WHOLE_BAN } from "../offender/threshold.ts";
import { usageError } from "./failure.ts";
import type { Option } from "./option.ts";

/** The most that a ban may count. */
const HEAVIEST = 1000;

/** Makes an option with a number of bans, 1 or more, for each of some jails. */
export function jailMinimums(help: string): Option<ReadonlyMap<string, number>> {
  return ofJails("JAIL=N", help, "N 1 or more", "a whole number from 1 on", (text) => {
    const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
    return number >= 1 ? number : undefined;
  });
}

/** Makes an option with what a ban counts, in thousandths, for each of some jails. */
export function jailWeights(help: string): Option<ReadonlyMap<string, number>> {
  const what = "a number such as 0.5, with 3 decimals at most";
  return ofJails("JAIL=W", help, `W 0 to ${HEAVIEST}, such as 0.5`, what, (text) => {
    const [, whole = "", decimals = ""] = /^(\d{1,4})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
    // Of its digits and not by multiplication, which would not be exact.
    const weight = Number(whole + decimals.padEnd(3, "0"));
    return whole !== "" && weight <= HEAVIEST * WHOLE_BAN ? weight : undefined;
  });
}

/** Makes an option whose texts are a jail, `=` and something else; the jail may hold `=` too. */
function ofJails(
  placeholder: string,
  help: string,
  limits: string,
  what: string,
  parse: (text: string) => number | undefined,
): Option<ReadonlyMap<string, number>> {
  return {
    placeholder,
    help,
    limits,
    repeatable: true,
    parse(texts, name) {
      const values = new Map<string, number>();
      for (const text of texts) {
        const equals = text.lastIndexOf("=");
        const jail = text.slice(0, Math.max(0, equals));
        const value = parse(text.slice(equals + 1));
        if (jail === "" || value === undefined) {
          throw usageError(
            `Option --${name} takes ${placeholder}: a jail and ${what}, not "${text}"`,
          );
        }
        if (values.has(jail)) throw usageError(`Option --${name} names "${jail}" twice`);
        values.set(jail, value);
      }
      return values;
    },
  };
}
