/**
 * Whether install can get to where its files are to be, and what to do where it cannot: a dry run
 * refuses what the real one would.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { FileError } from "../file/file_error.ts";
import { partOf } from "./planned_files.ts";
import type { Obstacle, RootFolder } from "./root_folder.ts";
import type { PlannedFile, SetupOptions } from "./setup_options.ts";

/**
 * Makes sure that no link, and nothing else that is no folder, is on the way to a file.
 *
 * @param files What is to be written.
 * @param options What it was made of.
 * @param root The machine.
 * @throws {FileError} If there is.
 */
export function checkWays(
  files: readonly PlannedFile[],
  options: SetupOptions,
  root: RootFolder,
): void {
  for (const path of [`${options.state}/history`, ...files.map(({ path }) => path)]) {
    const obstacle = root.obstacleOn(path);
    if (obstacle) {
      throw new FileError(root.at(obstacle.at), obstacle.what, hintFor(path, obstacle, options));
    }
  }
}

function hintFor(
  path: string,
  { at, target }: Obstacle,
  { state, blocklist, parts }: SetupOptions,
): string {
  const isOfState = dirname(path) === state;
  if (isOfState || path === blocklist) {
    const [option, place] = isOfState ? ["--state", state] : ["--blocklist", blocklist];
    return target === undefined
      ? `move it away, or say with ${option} where else`
      : `name what it leads to: permaban install ${option} ${target}${place.slice(at.length)}`;
  }
  const part = partOf(path);
  const others = [...parts].filter((other) => other !== part).map((other) => `--part ${other}`);
  return part === undefined || others.length === 0
    ? "make it a folder"
    : `make it a folder, or leave ${part} out: permaban install ${others.join(" ")}`;
}
