/**
 * Reads a file whole, or the names in a folder.
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

/**
 * The names of what is in a folder, in order.
 *
 * @param path The folder.
 * @throws {Error} If the system refuses.
 */
export function readFolder(path: string): string[] {
  return Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
}
