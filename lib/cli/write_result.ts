/**
 * The result of a command that has changed something already.
 *
 * @module
 */

import { EXIT } from "./exit_status.ts";
import { Failure } from "./failure.ts";
import type { Host } from "./host.ts";

/**
 * Writes a result after the fact.
 *
 * @param host The machine.
 * @param text The result.
 * @throws {Failure} If it cannot be written, with the status for work that was done but in part:
 *   nobody may take it for work that was not.
 */
export async function writeResult(host: Host, text: string): Promise<void> {
  try {
    await host.stdout.write(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.message, "what was asked for was done all the same", EXIT.partly);
  }
}
