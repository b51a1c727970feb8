/**
 * Whether a file is still as it was.
 *
 * @module
 */

import { ifThere } from "./is_there.ts";

/**
 * What tells a file and its state from others, in words: empty where there is none.
 *
 * @param path The file.
 */
export function stampOf(path: string): string {
  const info = ifThere(() => Deno.statSync(path));
  return info ? [info.dev, info.ino, info.size, info.mtime?.getTime()].join(" ") : "";
}
