/**
 * Reads the lines of a file that may be large.
 *
 * @param path The file.
 * @returns Its lines, without the empty one after the last.
 */
export async function readLines(path: string): Promise<string[]> {
  const lines = (await Deno.readTextFile(path)).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
