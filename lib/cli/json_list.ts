/**
 * A long list in JSON, printed piece by piece.
 *
 * @module
 */

/**
 * Prints the beginning of an object whose first member is a list, as `JSON.stringify(…, null, 2)`
 * would, without ever having all of it.
 *
 * @param name The member.
 * @param batches Its items, some at a time.
 * @returns The text up to the end of the list; what follows is up to the caller.
 */
export function* jsonList(name: string, batches: Iterable<readonly object[]>): Generator<string> {
  const begin = `{\n  "${name}": [`;
  let isEmpty = true;
  for (const items of batches) {
    if (items.length === 0) continue;
    // As deep as in the whole, but without the brackets around.
    const inside = JSON.stringify([items], null, 2).slice("[\n  [".length, -"\n  ]\n]".length);
    yield (isEmpty ? begin : ",") + inside;
    isEmpty = false;
  }
  yield isEmpty ? `${begin}]` : "\n  ]";
}
