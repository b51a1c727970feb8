/**
 * Plays many rounds of one test at once: most of each is waiting, for the disk or for those who append
 * to a list.
 *
 * @param from The first number.
 * @param to The last one.
 * @param play Plays the round of a number, in a folder of its own.
 */
export async function atOnce(
  from: number,
  to: number,
  play: (number: number) => Promise<void>,
): Promise<void> {
  const numbers = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  await Promise.all(numbers.map(play));
}
