/**
 * Writes a blocklist of any length, for benchmarks of what reads one.
 *
 *     deno run --allow-write bench/generate_list.ts --out FILE --count 100000
 *
 * The same options give the same bytes on every machine, on every day.
 *
 * @module
 */
// deno-lint-ignore-file no-console
import { parseArgs } from "node:util";
import { addressSource, formatIpv4, formatIpv6, isPublicIpv4 } from "./address_source.ts";
import { JAILS } from "./attacker.ts";
import { logTime } from "./log_time.ts";
import { shareOption, wholeNumber } from "./option_value.ts";
import { Random } from "./random.ts";

/** What list to write. */
export interface ListOptions {
  /** Where all randomness comes from. */
  readonly seed: number;
  /** How many entries; no two are equal, but a network may hold another entry. */
  readonly count: number;
  /** Which part of the entries are IPv4 networks, /22 to /30. */
  readonly networks: number;
  /** Which part of the entries are the next address after the one before, so that some merge. */
  readonly neighbours: number;
  /** Which part of the entries are IPv6 /64 networks. */
  readonly ipv6: number;
  /** Whether to leave out the comments that the blocklist format has. */
  readonly plain: boolean;
}

/** What holds where nothing else is asked for. */
export const LIST_DEFAULTS: ListOptions = {
  seed: 1,
  count: 100_000,
  networks: 0.05,
  neighbours: 0.1,
  ipv6: 0,
  plain: false,
};

/** Time of the newest entry. */
const NEWEST = Date.UTC(2026, 2, 1);
const DAY = 86_400_000;
/** Lines that are written at once. */
const LINES = 2000;

/**
 * Writes a list.
 *
 * @param path The file.
 * @param options What list; see {@linkcode LIST_DEFAULTS}.
 */
export async function generateList(
  path: string,
  options: Partial<ListOptions> = {},
): Promise<void> {
  const blocks = listBlocks({ ...LIST_DEFAULTS, ...options });
  await Deno.writeFile(path, ReadableStream.from(blocks).pipeThrough(new TextEncoderStream()));
}

/**
 * Makes the text of a list, some thousand lines at a time.
 *
 * @param options What list.
 * @returns The blocks of text.
 */
export function* listBlocks(options: ListOptions): Generator<string> {
  const random = new Random(options.seed);
  let block = "";
  let lines = 0;
  for (const network of distinctNetworks(random, options)) {
    block += options.plain ? `${network}\n` : `${network} ${comment(random)}\n`;
    if (++lines % LINES !== 0) continue;
    yield block;
    block = "";
  }
  yield block;
}

function* distinctNetworks(random: Random, options: ListOptions): Generator<string> {
  const source = addressSource(random, "public");
  const addresses = new Set<number>();
  const networks = new Set<string>();
  let address = 0;
  while (addresses.size + networks.size < options.count) {
    const size = addresses.size + networks.size;
    const dice = random.fraction();
    if (dice < options.ipv6) {
      const text = `${formatIpv6([...source.ipv6Prefix(), 0, 0, 0, 0])}/64`;
      networks.add(text);
      yield text;
      continue;
    }
    const next = address + 1;
    const isNeighbour = dice < options.ipv6 + options.neighbours && isPublicIpv4(next);
    address = isNeighbour ? next : source.ipv4();
    if (dice >= 1 - options.networks) {
      const text = networkAround(address, 22 + random.below(9));
      networks.add(text);
      if (addresses.size + networks.size > size) yield text;
      continue;
    }
    addresses.add(address);
    if (addresses.size + networks.size > size) yield formatIpv4(address);
  }
}

function networkAround(address: number, length: number): string {
  return `${formatIpv4((address & (-1 << (32 - length))) >>> 0)}/${length}`;
}

function comment(random: Random): string {
  const bans = 10 + random.below(90);
  const last = NEWEST - random.below(300) * DAY;
  const first = last - random.below(300) * DAY;
  const since = `${logTime(last).date}T04:${10 + random.below(50)}:00Z`;
  return `# permaban since=${since} bans=${bans} first=${logTime(first).date} ` +
    `last=${logTime(last).date} jails=${random.pick(JAILS)}:${bans}`;
}

const HELP = `Usage: generate_list.ts --out FILE [OPTION…]

Writes a blocklist. Every option has a default, and equal options give equal bytes.

  --seed N         where all randomness comes from (${LIST_DEFAULTS.seed})
  --count N        entries (${LIST_DEFAULTS.count})
  --networks X     part of them that are IPv4 networks, /22 to /30 (${LIST_DEFAULTS.networks})
  --neighbours X   part that follow the address before, so that some merge (${LIST_DEFAULTS.neighbours})
  --ipv6 X         part that are IPv6 /64 networks (${LIST_DEFAULTS.ipv6})
  --plain          without comments
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP.trimEnd());
  if (values.out === undefined) throw new TypeError("Missing --out FILE, see --help");
  await generateList(values.out, {
    seed: wholeNumber("seed", values.seed, LIST_DEFAULTS.seed),
    count: wholeNumber("count", values.count, LIST_DEFAULTS.count),
    networks: shareOption("networks", values.networks, LIST_DEFAULTS.networks, 1),
    neighbours: shareOption("neighbours", values.neighbours, LIST_DEFAULTS.neighbours, 1),
    ipv6: shareOption("ipv6", values.ipv6, LIST_DEFAULTS.ipv6, 1),
    plain: values.plain ?? false,
  });
}

const OPTIONS = {
  seed: { type: "string" },
  count: { type: "string" },
  networks: { type: "string" },
  neighbours: { type: "string" },
  ipv6: { type: "string" },
  plain: { type: "boolean" },
  out: { type: "string" },
  help: { type: "boolean" },
} as const;

if (import.meta.main) await main();
