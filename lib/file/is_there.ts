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
  return ifThere(() => Deno.lstatSync(path)) !== undefined;
}

/** What a look at a file gives, or `undefined` where there is none. */
export function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
