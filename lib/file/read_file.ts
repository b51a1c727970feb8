/**
 * Reads a file whole.
 *
 * @module
 */

/**
 * Reads a file whole.
 *
 * @param path The file.
 * @throws {Error} If the system refuses.
 */
export function readFile(path: string): Uint8Array {
  return Deno.readFileSync(path);
}
