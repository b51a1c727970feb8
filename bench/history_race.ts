import type { Race } from "./race.ts";
import { readLines } from "./read_lines.ts";
import { Random } from "./random.ts";

const IDLE = "scan --incremental, nothing new";
const NEW = "scan --incremental, one new ban";
const GROWN = "scan --incremental, new lines without a ban";
const WHOLE = "scan of the whole log";

const YEAR = 365 * 86_400;
const JAILS = ["sshd", "postfix", "dovecot", "nginx-http-auth"];
/** When the log ends, in seconds since 1970: it has fixed dates, so the window must be wide. */
const END = Date.UTC(2026, 9, 1) / 1000;
const LINES = 10_000;

/**
 * Compares scans that remember a year of bans with one that reads them all.
 *
 * @param permaban The program.
 * @param folder Where the log and the history may be made.
 * @param bans How many bans to remember.
 * @returns The race.
 */
export async function historyRace(permaban: string, folder: string, bans: number): Promise<Race> {
  const log = `${folder}/year.log`;
  await writeYear(log, bans);
  const state = `'${folder}'/history-state`;
  const how = `--quiet --within 50y --keep 50y --min-bans 30`;
  const incremental = `'${permaban}' scan --incremental ${how} --state ${state} '${log}'`;
  // As if it had been written long ago: a log that is being written to is looked at twice.
  const age = `touch -d '2026-10-02' '${log}'`;
  const settle = `${age} && ${incremental} > /dev/null`;
  const append = (text: string) => `echo '2026-10-01 00:00:00,001 ${text}' >> '${log}'`;
  return {
    title: `Scan with ${bans.toLocaleString("en-US")} bans in the history`,
    contestants: [
      { name: IDLE, command: incremental, prepare: settle, needs: [] },
      { name: "--version", command: `'${permaban}' --version`, needs: [] },
      {
        name: NEW,
        command: incremental,
        prepare: `${settle} && ${
          append("fail2ban.actions        [7]: NOTICE  [sshd] Ban 192.0.2.1")
        }`,
        needs: [],
      },
      {
        name: GROWN,
        command: incremental,
        prepare: `${settle} && ${append("fail2ban.filter         [7]: INFO    [sshd] Found")}`,
        needs: [],
      },
      {
        name: WHOLE,
        command: `'${permaban}' scan --quiet --within 50y --min-bans 30 '${log}'`,
        needs: [],
      },
    ],
    check: async (answers) => {
      const lines = await Promise.all(
        [IDLE, NEW, GROWN, WHOLE].map(async (name) => {
          const path = answers.get(name);
          return path === undefined ? [] : (await readLines(path)).join("\n");
        }),
      );
      return lines.some((answer) => answer !== lines.at(-1)) ? ["the answers differ"] : [];
    },
  };
}

/** Writes a log with nothing but bans, all over a year, some addresses with many. */
async function writeYear(path: string, bans: number): Promise<void> {
  const source = new Random(7);

  const attackers = Array.from({ length: Math.ceil(bans / 7) }, () => address(source));
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const encoder = new TextEncoder();
  for (let at = 0; at < bans; at += LINES) {
    const lines = Array.from({ length: Math.min(LINES, bans - at) }, (_, line) => {
      const time = new Date((END - YEAR + Math.floor(YEAR * (at + line) / bans)) * 1000);
      const who = attackers[Math.floor(attackers.length * source.fraction() * source.fraction())];
      const jail = JAILS[source.below(JAILS.length)];
      const stamp = time.toISOString().slice(0, 19).replace("T", " ");
      return `${stamp},123 fail2ban.actions        [7]: NOTICE  [${jail}] Ban ${who}\n`;
    });
    const bytes = encoder.encode(lines.join(""));
    for (let from = 0; from < bytes.length;) from += await file.write(bytes.subarray(from));
  }
}

/** Nine in ten are IPv4. */
function address(source: Random): string {
  if (source.chance(0.9)) {
    return [1 + source.below(222), ...[0, 1, 2].map(() => source.below(256))].join(".");
  }
  const words = [source.below(65_536), source.below(65_536)];
  return `2001:db8:${words.map((word) => word.toString(16)).join(":")}::1`;
}
