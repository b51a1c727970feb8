import { printAddress } from "./address_ranges.ts";

/** The least prefix length by round, as a part of the longest: a wide network hides all others. */
const LEAST = [0, 0.05, 0.2, 0.4, 0.6, 0.8];

/**
 * A random list of one family in which networks nest and touch, at both ends of the space too.
 *
 * @param next Gives numbers from 0 to 1.
 * @param family The family.
 * @param round The lower, the wider its networks; from 6 on lists are long enough for a tree of chains.
 */
export function randomList(next: () => number, family: 4 | 6, round: number): string[] {
  const width = family === 4 ? 32 : 128;
  const length = 1 + Math.floor(next() * (round < 6 ? 60 : 3000));
  const spots = [0n, (1n << BigInt(width)) - 1n, 0x12345678n << BigInt(width - 32)];
  const least = Math.floor(width * (LEAST[round] ?? 0));
  const networks = Array.from({ length }, () => {
    const spot = spots[Math.floor(next() * 3)] ?? 0n;
    const prefix = round < 6
      ? least + Math.floor(next() * (width + 1 - least))
      : width - Math.floor(next() * 4);
    const offset = BigInt(Math.floor(next() * (round < 6 ? 64 : 4096))) <<
      BigInt(Math.floor(next() * (width - 12)));
    const host = BigInt(width - prefix);
    const address = (spot ^ offset) >> host << host;
    return `${printAddress(address, family)}/${prefix}`;
  });
  return networks.filter(() => next() < 0.9);
}
