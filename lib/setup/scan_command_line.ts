/**
 * How the logs are read by a timer.
 *
 * @module
 */

import { USUAL_LOG } from "./survey.ts";
import { placeWords, type SetupOptions } from "./setup_options.ts";

/**
 * The command that reads what is new and keeps the list.
 *
 * It waits for one that somebody runs by hand.
 */
export function scanCommand(options: SetupOptions): string {
  const { program, log } = options;
  // A glob that permaban itself expands, no shell: rotated logs are beside the log.
  const logs = log === USUAL_LOG ? "" : ` '${log}*'`;
  return `${program} scan --incremental --update --wait --quiet ${placeWords(options)}${logs}`;
}
