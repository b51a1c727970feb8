/**
 * What goes beside the executable: `companions.ts FOLDER SECONDS` writes the man page and the
 * completions into the folder. SECONDS is the time for the man page, counted from 1970.
 *
 * @module
 */

import { dirname, join } from "@std/path/posix";
import { COMMANDS } from "../lib/cli/commands.ts";
import { bashCompletion } from "../lib/cli/completion/bash_completion.ts";
import { completedCommands } from "../lib/cli/completion/completed_commands.ts";
import { fishCompletion } from "../lib/cli/completion/fish_completion.ts";
import { zshCompletion } from "../lib/cli/completion/zsh_completion.ts";
import { manPage } from "../lib/cli/man_page.ts";

const [folder = "", seconds = ""] = Deno.args;
const commands = completedCommands(COMMANDS);
const files = {
  "permaban.8": manPage(new Date(Number(seconds) * 1000).toISOString().slice(0, 10)),
  "completions/permaban.bash": bashCompletion(commands),
  "completions/_permaban": zshCompletion(commands),
  "completions/permaban.fish": fishCompletion(commands),
};

for (const [name, text] of Object.entries(files)) {
  const path = join(folder, name);
  Deno.mkdirSync(dirname(path), { recursive: true });
  // `sudo make install` is not to leave files of root where `make` of a user made the same before.
  if (textOf(path) === text) continue;
  Deno.writeTextFileSync(`${path}.new`, text);
  Deno.renameSync(`${path}.new`, path);
}

function textOf(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
