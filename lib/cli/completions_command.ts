/**
 * `permaban completions`.
 *
 * @module
 */

import type { Run } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { bashCompletion } from "./completion/bash_completion.ts";
import { completedCommands } from "./completion/completed_commands.ts";
import { fishCompletion } from "./completion/fish_completion.ts";
import { zshCompletion } from "./completion/zsh_completion.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { nearest } from "./parse_arguments.ts";
import type { COMPLETIONS_OPTIONS } from "./spec/completions_spec.ts";

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** Prints the script that makes a shell complete the command lines. */
export const completions: Run<typeof COMPLETIONS_OPTIONS> = async (invocation) => {
  const { values, operands: [shell = ""], host } = invocation;
  if (!isKnown(shell)) {
    const near = nearest(shell, Object.keys(SCRIPTS));
    throw usageError(
      `There are no completions for "${shell}"`,
      near ? `did you mean "${near}"?` : `there are some for ${Object.keys(SCRIPTS).join(", ")}`,
    );
  }
  const script = SCRIPTS[shell](completedCommands(COMMANDS));
  await host.stdout.write(
    values.json ? JSON.stringify({ shell, script }, null, 2) + "\n" : script,
  );
  return EXIT.done;
};

function isKnown(shell: string): shell is keyof typeof SCRIPTS {
  return Object.hasOwn(SCRIPTS, shell);
}
