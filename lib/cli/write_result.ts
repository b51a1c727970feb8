/**
 * The result of a command that has changed something already.
 *
 * @module
 */

import { systemReason } from "../log/system_reason.ts";
import { EXIT } from "./exit_status.ts";
import { ClosedOutput, Failure } from "./failure.ts";
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
    const reason = error instanceof ClosedOutput ? undefined : systemReason(error);
    if (reason === undefined) throw error;
    const message = `Cannot write the result: ${reason}`;
    throw new Failure(message, "what was asked for was done all the same", EXIT.partly);
  }
}
