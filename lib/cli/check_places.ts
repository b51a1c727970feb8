/**
 * Whether files are where install may have them used.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { parseBlocklist } from "../blocklist/blocklist.ts";
import type { InstallRecord } from "../setup/install_record.ts";
import { isLostAtBoot } from "../setup/mount_table.ts";
import { possibleFiles } from "../setup/planned_files.ts";
import type { RootFolder } from "../setup/root_folder.ts";
import { type SetupOptions, USUAL_ALLOWLIST } from "../setup/setup_options.ts";
import { isHiddenFromUnits } from "../setup/systemd_units.ts";
import { Failure, usageError } from "./failure.ts";
import type { Messages } from "./messages.ts";

/** As much of a list tells whether it is one, in bytes. */
const ENOUGH = 1 << 16;

/**
 * Refuses lists that are none: what is put on them would be added to somebody else's file.
 *
 * @param options What the files are made of.
 * @param record What was installed before; a list in use may be as broken as it is.
 * @param root The machine.
 * @throws {Failure} If one is.
 */
export function checkLists(options: SetupOptions, record: InstallRecord, root: RootFolder): void {
  const { blocklist, allowlist } = options;
  const others = possibleFiles({ state: "/", blocklist: "/" }).map(({ path }) => path);
  const inUse = [record.places?.blocklist, USUAL_ALLOWLIST, ...record.options["allowlist"] ?? []];
  for (const [option, path] of [["blocklist", blocklist], ["allowlist", allowlist]] as const) {
    if (others.includes(path)) {
      throw usageError(`Option --${option}: "${path}" is written by install and is no list`);
    }
    // What a link leads to may be outside of an image.
    if (root.obstacleOn(path) || root.linkAt(path)) continue;
    if (root.hasFolder(path)) throw usageError(`Option --${option}: "${path}" is a folder`);
    if (!inUse.includes(path)) checkText(option, path, root);
  }
}

function checkText(option: string, path: string, root: RootFolder): void {
  const bytes = new TextEncoder().encode(root.beginning(path, ENOUGH));
  // The last line may have been cut.
  const end = bytes.length < ENOUGH ? bytes.length : bytes.lastIndexOf(0x0a) + 1;
  const { networks, problems } = parseBlocklist(bytes.subarray(0, end));
  if (problems.length <= networks.length) return;
  throw new Failure(
    `"${
      root.at(path)
    }" does not look like a list of addresses: most of its lines are something else`,
    `name another one with --${option}; "permaban import" takes addresses from lists of other forms`,
  );
}

/** Names what is not there, not for long, or not for all. */
export function sayPlaces(options: SetupOptions, root: RootFolder, messages: Messages): void {
  const { program, state, blocklist, allowlist, log, parts } = options;
  if (!root.has(program) || root.hasFolder(program)) {
    messages.warning(
      `There is no program "${root.at(program)}": nothing is read or loaded until it is there`,
      "put it there, or say with --program where it is",
    );
  }
  const lists = [...dirname(blocklist) === state ? [] : [blocklist], allowlist];
  const table = root.readIfAble("/etc/fstab") ?? "";
  for (const path of new Set([program, state, ...lists])) {
    if (!isLostAtBoot(path, table)) continue;
    messages.warning(`"${path}" is gone when the machine starts again`, "put it elsewhere");
  }
  // A drop-in may let the units see it, so it is not refused.
  const hidden = parts.has("systemd")
    ? [program, state, blocklist, allowlist, log].filter(isHiddenFromUnits)
    : [];
  for (const path of new Set(hidden)) {
    messages.warning(
      `The units do not see "${path}", since ProtectHome=yes hides /home and /root from them`,
      "put it elsewhere; permaban doctor says how",
    );
  }
}
