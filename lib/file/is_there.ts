/**
 * Whether there is a file, asked by those who must not wait for the rest of what works on files.
 *
 * @module
 */

/**
 * Whether a path names anything.
 *
 * @param path The path.
 * @throws {Error} If the system refuses to say.
 */
export function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
