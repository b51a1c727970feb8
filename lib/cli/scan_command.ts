/**
 * `permaban scan`.
 *
 * @module
 */

import type { Run } from "./command.ts";
import { checkChoice } from "./check_choice.ts";
import type { SCAN_OPTIONS } from "./spec/scan_spec.ts";
import { usageError } from "./failure.ts";

/** Counts bans and prints or lists repeat offenders. */
export const scan: Run<typeof SCAN_OPTIONS> = async (invocation) => {
  const { values, given } = invocation;
  checkChoice(values);
  if (given.has("expire") && !values.update && !values["dry-run"]) {
    throw usageError("Option --expire needs --update");
  }
  // A run that finds nothing new is not to wait for what it does not need.
  if (values.incremental) return await (await import("./incremental_scan.ts")).scanNew(invocation);
  for (const name of ["keep", "wait"] as const) {
    if (values[name] && given.has(name)) throw usageError(`Option --${name} needs --incremental`);
  }
  return await (await import("./full_scan.ts")).scanAll(invocation);
};
