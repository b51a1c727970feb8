/**
 * The blocklist, the allowlist and the pardons as commands use them: their faults said, their
 * failures turned into words.
 *
 * @module
 */

import { type Blocklist, parseBlocklist, type Problem } from "../blocklist/blocklist.ts";
import type { ListKind } from "../blocklist/journal_record.ts";
import { editBlocklist, readBlocklist } from "../blocklist/blocklist_file.ts";
import { FileError } from "../file/file_error.ts";
import { ifThere } from "../file/is_there.ts";
import { readFile, refuseEndless } from "../file/read_file.ts";
import type { Edit } from "../file/replace_file.ts";
import { systemReason } from "../log/system_reason.ts";
import type { Changer } from "./command.ts";
import { Failure } from "./failure.ts";
import type { Messages } from "./messages.ts";

/** What to say of each, and the modes of what is made for it. */
const KINDS = {
  blocklist: {
    noun: "blocklist",
    hint: 'name it with --blocklist, or make one: "permaban scan --update" or "permaban add"',
    modes: {},
  },
  // Part of the configuration, and no more of a secret than the rest of it.
  allowlist: {
    noun: "allowlist",
    hint: 'name it with --allowlist, or make one: "permaban allow add"',
    modes: { mode: 0o644, folderMode: 0o755 },
  },
  pardons: { noun: "pardons", hint: '"permaban pardon" makes them', modes: {} },
} as const;

/**
 * Reads a list that must be there, some lines at a time.
 *
 * @param path The file.
 * @param kind Which list it is.
 * @returns The list in parts, each good until the next is asked for.
 * @throws {Failure} If there is no such file or it cannot be read.
 */
export function* readList(path: string, kind: ListKind = "blocklist"): Generator<Blocklist> {
  for (const list of partsOf(path, kind)) yield list ?? missing(path, kind);
}

/** Reads a list likewise; where there is no file, it is empty. */
export function* readListIfThere(path: string, kind: ListKind): Generator<Blocklist> {
  for (const list of partsOf(path, kind)) if (list) yield list;
}

/** The list in parts; one `undefined` where there is no file. */
function* partsOf(path: string, kind: ListKind): Generator<Blocklist | undefined> {
  let line = 1;
  try {
    for (const bytes of readBlocklist(path) ?? [undefined]) {
      const list = bytes && parseBlocklist(bytes, line);
      yield list;
      line = list?.nextLine ?? line;
    }
  } catch (error) {
    throw failureOf(path, kind, "read", error);
  }
}

/** Makes sure that there is a blocklist that can be read. */
export function checkList(path: string): void {
  for (const _ of readList(path)) return;
}

/**
 * Changes a list; whatever changes one does so here.
 *
 * @param path The file, made if it is not there.
 * @param edit Makes the new file of the old one.
 * @param by Who changes it, for the journal.
 * @param kind Which list it is.
 * @param isTakingBack Whether the edit takes an earlier one back.
 * @throws {Failure} If it cannot be changed; nothing is then.
 */
export async function changeList(
  path: string,
  edit: Edit,
  by: Changer,
  kind: ListKind = "blocklist",
  isTakingBack = false,
): Promise<void> {
  // Most runs of a scan change nothing and need not know how a change is written down.
  const witness = async (target: string) =>
    (await import("./record_change.ts")).witnessOf({ target, kind, isTakingBack }, by);
  try {
    await editBlocklist(path, edit, { ...KINDS[kind].modes, witness });
  } catch (error) {
    throw failureOf(path, kind, "change", error);
  }
}

/**
 * Has an edit look at a list that is not there to be changed.
 *
 * @param path The file, which need not be there.
 * @param edit Sees the file; what it makes of it is let go.
 * @param kind Which list it is.
 * @throws {Failure} If it cannot be read.
 */
export function lookAtList(path: string, edit: Edit, kind: ListKind = "blocklist"): void {
  try {
    refuseEndless(path);
    edit(ifThere(() => readFile(path)));
  } catch (error) {
    throw failureOf(path, kind, "read", error);
  }
}

/** Names the lines of a list that were not understood; whether there are any. */
export function sayProblems(
  path: string,
  { problems }: { readonly problems: readonly Problem[] },
  messages: Messages,
): boolean {
  for (const { line, message } of problems) messages.error(`${path}:${line}: ${message}`);
  return problems.length > 0;
}

function missing(path: string, kind: ListKind): never {
  const { noun, hint } = KINDS[kind];
  throw new Failure(`There is no ${noun} "${path}"`, hint);
}

/** What kept the file from being read or changed, in words; a bug stays as it is. */
function failureOf(
  path: string,
  kind: ListKind,
  verb: "read" | "change",
  error: unknown,
): unknown {
  if (error instanceof Failure) return error;
  const isOurs = error instanceof FileError;
  const reason = isOurs ? error.message : systemReason(error);
  if (reason === undefined) return error;
  return new Failure(
    `Cannot ${verb} ${KINDS[kind].noun} "${path}": ${reason}`,
    isOurs ? error.hint : undefined,
  );
}
