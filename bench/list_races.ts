import { readLines } from "./read_lines.ts";
import type { Race } from "./race.ts";

const RESTORE = "permaban restore";
const LIST = "permaban list";
const CUT = "cut";
const FIRST = "awk, the first field";
const ADD = "permaban add -";
const MERGE = "iprange";
const NAIVE = "awk, a rule a line";
const SORT = "sort -u";

/**
 * Compares ways to make a batch of a blocklist.
 *
 * @param permaban The program.
 * @param list The blocklist, without IPv6, for `iprange` 1 knows none.
 * @param count How many entries it has.
 * @returns The race.
 */
export function restoreRace(permaban: string, list: string, count: number): Race {
  return {
    title: `Make a batch of ${count.toLocaleString("en-US")} networks`,
    contestants: [
      { name: RESTORE, command: `'${permaban}' restore --quiet --blocklist '${list}'`, needs: [] },
      { name: MERGE, command: `iprange '${list}'`, needs: ["iprange"] },
      {
        name: NAIVE,
        command: `awk 'BEGIN { print "*filter"; print ":permaban - [0:0]" } ` +
          `{ print "-A permaban -s " $1 " -j DROP" } END { print "COMMIT" }' '${list}'`,
        needs: ["awk"],
      },
    ],
    check: async (answers) => {
      const [batch, merged] = [answers.get(RESTORE), answers.get(MERGE)];
      if (batch === undefined || merged === undefined) return [];
      return setsDiffer(await batchNetworks(batch), (await readLines(merged)).map(withLength));
    },
  };
}

/**
 * Compares ways to print what is on a blocklist.
 *
 * @param permaban The program.
 * @param list The blocklist, each entry with a comment behind a space.
 * @param count How many entries it has.
 * @returns The race.
 */
export function listRace(permaban: string, list: string, count: number): Race {
  return {
    title: `List ${count.toLocaleString("en-US")} networks`,
    contestants: [
      { name: LIST, command: `'${permaban}' list --quiet --blocklist '${list}'`, needs: [] },
      { name: CUT, command: `cut -d ' ' -f 1 '${list}'`, needs: ["cut"] },
      { name: FIRST, command: `awk '{ print $1 }' '${list}'`, needs: ["awk"] },
    ],
    check: async (answers) => {
      const own = answers.get(LIST);
      if (own === undefined) return [];
      const [lines, problems] = [await readLines(own), [] as string[]];
      for (const peer of [CUT, FIRST]) {
        const answer = answers.get(peer);
        if (answer !== undefined) problems.push(...linesDiffer(lines, await readLines(answer)));
      }
      return problems;
    },
  };
}

/**
 * Compares ways to take in a list of addresses.
 *
 * @param permaban The program.
 * @param list The addresses, bare, all different.
 * @param count How many there are.
 * @param target The blocklist to make.
 * @returns The race.
 */
export function addRace(permaban: string, list: string, count: number, target: string): Race {
  return {
    title: `Take in ${count.toLocaleString("en-US")} addresses`,
    contestants: [
      {
        name: ADD,
        prepare: `rm -f '${target}'`,
        command: `'${permaban}' add - --quiet --blocklist '${target}' < '${list}'`,
        needs: [],
      },
      { name: MERGE, command: `iprange '${list}'`, needs: ["iprange"] },
      { name: SORT, command: `sort -u '${list}'`, needs: ["sort"] },
    ],
    check: async (answers) => {
      if (!answers.has(ADD)) return [];
      const entries = (await readLines(target)).filter((line) => !/^\s*(#|$)/.test(line));
      return setsDiffer(entries.map((line) => line.split(" ")[0] ?? ""), await readLines(list));
    },
  };
}

/** The networks that a batch drops, wherever in a tree of chains it does. */
async function batchNetworks(path: string): Promise<string[]> {
  const networks: string[] = [];
  for (const line of await readLines(path)) {
    const network = /^-A \S+ -s (\S+) -j DROP$/.exec(line)?.[1];
    if (network !== undefined) networks.push(withLength(network));
  }
  return networks;
}

function withLength(network: string): string {
  return network.includes("/") ? network : `${network}/32`;
}

function linesDiffer(found: string[], wanted: string[]): string[] {
  const at = wanted.findIndex((line, index) => line !== found[index]);
  if (at >= 0) return [`permaban has ${found[at]} in line ${at + 1}, the peer has ${wanted[at]}`];
  if (found.length === wanted.length) return [];
  return [`permaban has ${found.length} lines, the peer has ${wanted.length}`];
}

function setsDiffer(found: string[], wanted: string[]): string[] {
  const known = new Set(wanted);
  const extra = found.find((network) => !known.has(network));
  if (extra !== undefined) return [`permaban has ${extra}, the peer has not`];
  if (found.length === wanted.length) return [];
  return [`permaban has ${found.length} entries, the peer has ${wanted.length}`];
}
