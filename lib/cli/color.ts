/**
 * Whether to use colours.
 *
 * @module
 */

import type { Host } from "./host.ts";

/**
 * Whether a stream is coloured.
 *
 * @param when What `--color` says.
 * @param stream The stream.
 * @param host The environment; https://no-color.org: any value but an empty one asks for none.
 */
export function isColored(
  when: "auto" | "always" | "never",
  stream: { isTerminal(): boolean },
  host: Host,
): boolean {
  if (when !== "auto") return when === "always";
  return stream.isTerminal() && !host.env("NO_COLOR") && host.env("TERM") !== "dumb";
}
