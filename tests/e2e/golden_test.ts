/**
 * Golden cases: each folder of `tests/cases` holds a `cmd` (a shell script), perhaps a folder
 * `files` that is its working folder, and what came of it in `expected`.
 *
 * `expected` holds standard output, standard error and the status, and each file that the script
 * made or changed, but for the journal, which is in no case but its own. Times of the run are
 * masked. `UPDATE_CASES=1` writes `expected` anew: read the
 * difference before keeping it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { walkSync } from "@std/fs/walk";
import { basename, dirname, fromFileUrl, join, relative } from "@std/path/posix";
import { Folder } from "../folder.ts";
import { shell } from "./permaban.ts";

const CASES = join(dirname(dirname(fromFileUrl(import.meta.url))), "cases");
const isUpdate = Deno.env.get("UPDATE_CASES") === "1";

/** Every file below a folder by its path, as text. */
function filesOf(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  try {
    for (const { path } of walkSync(folder, { includeDirs: false, followSymlinks: false })) {
      files[relative(folder, path)] = Deno.readTextFileSync(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}

/** Masks what differs from run to run: the time of the run and the folder it ran in. */
function mask(text: string, folder: string): string {
  return text.replaceAll(folder, "FOLDER")
    .replaceAll(/since=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "since=NOW")
    .replaceAll(/until=20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "until=THEN")
    .replaceAll(/( by [^,"]+, )\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g, "$1THEN")
    .replaceAll(/since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/g, "since THEN")
    .replaceAll(/until=20[3-9]\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "until=THEN")
    .replaceAll(/"since": "\d{4}-[^"]+"/g, '"since": "NOW"');
}

/** Runs a case in a copy of its files; what came of it. */
async function play(name: string): Promise<Record<string, string>> {
  using folder = new Folder();
  const before = filesOf(join(CASES, name, "files"));
  for (const [path, text] of Object.entries(before)) folder.write(path, text);
  const script = Deno.readTextFileSync(join(CASES, name, "cmd"));
  const { stdout, stderr, status } = await shell(script, { cwd: folder.path });
  const after = filesOf(folder.path);
  const changed = Object.entries(after).filter(([path, text]) =>
    before[path] !== text && basename(path) !== "journal"
  );
  const gone = Object.keys(before).filter((path) => !(path in after));
  const result = { stdout, stderr, status: `${status}\n`, ...Object.fromEntries(changed) };
  for (const path of gone) result[path as keyof typeof result] = "(removed)\n";
  return Object.fromEntries(
    Object.entries(result).filter(([, text]) => text !== "")
      .map(([path, text]) => [path, mask(text, folder.path)]),
  );
}

const NAMES = Array.from(Deno.readDirSync(CASES), ({ name }) => name).sort();
const played = new Map<string, ReturnType<typeof play>>();

/** What comes of a case; the next ones are played meanwhile, since each is a row of processes. */
function playAhead(index: number): ReturnType<typeof play> {
  for (const name of NAMES.slice(index, index + navigator.hardwareConcurrency)) {
    if (played.has(name)) continue;
    const result = play(name);
    // Said by the test of that case.
    result.catch(() => {});
    played.set(name, result);
  }
  return played.get(NAMES[index] ?? "") ?? Promise.reject(new RangeError("There is no such case"));
}

for (const [index, name] of NAMES.entries()) {
  const fn = async () => {
    const result = await playAhead(index);
    const expected = join(CASES, name, "expected");
    if (isUpdate) {
      Deno.removeSync(expected, { recursive: true });
      for (const [path, text] of Object.entries(result)) {
        Deno.mkdirSync(dirname(join(expected, path)), { recursive: true });
        Deno.writeTextFileSync(join(expected, path), text);
      }
    }
    assertEquals(result, filesOf(expected));
  };
  // What was begun in one test ends in another.
  Deno.test({ name: `case ${name}`, fn, sanitizeOps: false, sanitizeResources: false });
}
