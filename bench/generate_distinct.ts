import { formatIpv4, formatIpv6, isPublicIpv4 } from "./address_source.ts";
import { lineStyle } from "./line_style.ts";
import { Random } from "./random.ts";

/** What log to write. */
export interface DistinctOptions {
  /** Where all randomness comes from. */
  readonly seed: number;
  /** How many addresses are banned; a few of them again and again, all others once. */
  readonly addresses: number;
}

/** What such a log contains. */
export interface DistinctTruth {
  /** Lines, each of them a ban. */
  readonly lines: number;
  /** Bytes of text before compression. */
  readonly bytes: number;
  /** Bans of those who are banned again and again: an address, or a /64 for IPv6. */
  readonly bans: Readonly<Record<string, number>>;
}

/** Somebody who is banned. */
interface Banned {
  readonly id: string;
  readonly offender: string;
}

/** So many addresses come between two bans of those who come back. */
const EVERY = 100;
/** One of so many addresses comes back, some twenty times therefore. */
const RETURNING = 20 * EVERY;
/** One of so many addresses is an IPv6 one. */
const IPV6 = 8;

const START = Date.UTC(2025, 8, 1);
const END = Date.UTC(2026, 2, 1);
const BLOCK = 64 * 1024;

/**
 * Writes a log in which very many addresses are banned: nothing that grows with their number is held
 * in memory, so it may have any length.
 *
 * @param path The file; it is compressed with gzip.
 * @param options What log.
 * @returns What it contains.
 */
export async function generateDistinct(
  path: string,
  options: DistinctOptions,
): Promise<DistinctTruth> {
  const encoder = new TextEncoder();
  const bans: Record<string, number> = {};
  let [lines, bytes] = [0, 0];
  const blocks = function* () {
    for (const block of logBlocks(options, bans)) {
      lines += block.lines;
      const encoded = encoder.encode(block.text);
      bytes += encoded.length;
      yield encoded;
    }
  };
  const text = ReadableStream.from(blocks());
  await Deno.writeFile(path, text.pipeThrough(new CompressionStream("gzip")));
  return { lines, bytes, bans };
}

/** Makes the text some lines at a time, and counts the bans of those who come back. */
function* logBlocks(
  { seed, addresses }: DistinctOptions,
  bans: Record<string, number>,
): Generator<{ text: string; lines: number }> {
  const random = new Random(seed);
  const style = lineStyle("1.x");
  const returning: Banned[] = [];
  let [text, lines, index] = ["", 0, 0];
  const ban = ({ id }: Banned) => {
    const instant = START + Math.floor((END - START) * (index / addresses));
    const message = { logger: "actions", level: "NOTICE", pid: 1000 } as const;
    text += `${style.line(instant, { ...message, text: `[sshd] Ban ${id}` })}\n`;
    lines++;
  };
  for (const banned of distinctAddresses(seed, addresses)) {
    ban(banned);
    if (returning.length < Math.max(1, addresses / RETURNING)) {
      returning.push(banned);
      bans[banned.offender] = 1;
    }
    if (++index % EVERY === 0) {
      const again = random.pick(returning);
      ban(again);
      bans[again.offender] = (bans[again.offender] ?? 0) + 1;
    }
    if (text.length < BLOCK) continue;
    yield { text, lines };
    [text, lines] = ["", 0];
  }
  yield { text, lines };
}

/** Draws addresses of which no two are equal, without remembering any. */
function* distinctAddresses(seed: number, count: number): Generator<Banned> {
  for (let drawn = 0, index = 0; index < count; drawn++) {
    const number = scrambled(drawn + seed);
    if (index % IPV6 === 0) {
      const prefix = [0x2a02, number >>> 16, number & 0xffff, 0];
      const offender = `${formatIpv6([...prefix, 0, 0, 0, 0])}/64`;
      yield { id: formatIpv6([...prefix, 0, 0, 0, 1]), offender };
    } else if (isPublicIpv4(number)) {
      const id = formatIpv4(number);
      yield { id, offender: id };
    } else continue;
    index++;
  }
}

/** Another number for each number below 2³²: every step can be undone, so no two meet. */
function scrambled(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
