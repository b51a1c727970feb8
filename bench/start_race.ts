import { succeeds } from "./measure.ts";
import type { Race } from "./race.ts";

/** What an empty program prints, so that one that is none is found out. */
const WORD = "empty";

/**
 * Compares the start of permaban with that of a program that does nothing.
 *
 * @param permaban The program.
 * @param folder Where the empty program may be made.
 * @returns The race.
 */
export async function startRace(permaban: string, folder: string): Promise<Race> {
  const source = `${folder}/empty.js`;
  const compiled = `${folder}/empty`;
  await Deno.writeTextFile(source, `console.log("${WORD}");\n`);
  const obstacle = await compile(source, compiled)
    ? {}
    : { obstacle: "deno compile cannot have its runtime" };
  const deno = Deno.execPath();
  return {
    title: "Start",
    contestants: [
      { name: "permaban --version", command: `'${permaban}' --version`, needs: [] },
      { name: "an empty compiled program", command: `'${compiled}'`, needs: [], ...obstacle },
      {
        name: "deno run of an empty program",
        command: `'${deno}' run --quiet --no-config --no-lock --no-remote --no-npm '${source}'`,
        needs: [],
      },
    ],
    check: async (answers) => {
      const path = answers.get("an empty compiled program");
      if (path === undefined || (await Deno.readTextFile(path)).trim() === WORD) return [];
      return ["an empty compiled program: it is not what it should be, is DENORT_BIN a denort?"];
    },
  };
}

async function compile(source: string, target: string): Promise<boolean> {
  const flags = ["--quiet", "--no-check", "--no-lock", "--no-config", "--no-code-cache"];
  return await succeeds([Deno.execPath(), "compile", ...flags, "--output", target, source]);
}
