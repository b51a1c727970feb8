/**
 * Keeps a second install or uninstall waiting until the first one has ended.
 *
 * @module
 */

import { dirname } from "@std/path/posix";
import { lockFile, lockOf } from "../file/lock_file.ts";
import { RECORD_PATH } from "./install_record.ts";
import type { RootFolder } from "./root_folder.ts";

/** How long to wait for the other one, in milliseconds. */
const PATIENCE = 30_000;

/** The lock, beside the record of what was installed. */
const INSTALL_LOCK = lockOf(RECORD_PATH);

/** What was installed, which this process alone may change until it is disposed of. */
export interface InstallLock extends Disposable {
  /** Folders that go with the lock if nothing is in them, the outer ones first: those made for it. */
  readonly folders: string[];
}

/**
 * Waits until nobody else installs or uninstalls on a machine, and holds it. The lock is there only
 * while it is held: what is not installed leaves no trace.
 *
 * @param root The machine.
 * @param patience How long to wait, in milliseconds.
 * @throws {FileError} If somebody else has held it for so long.
 * @throws {Error} If the system refuses.
 */
export async function lockInstall(root: RootFolder, patience = PATIENCE): Promise<InstallLock> {
  const folders = root.makeFolder(dirname(RECORD_PATH), 0o755);
  const held = await lockFile(root.at(RECORD_PATH), patience, 0o755);
  return {
    folders,
    [Symbol.dispose]: () => {
      try {
        root.remove(INSTALL_LOCK);
        for (const folder of folders.toReversed()) root.removeFolder(folder);
      } finally {
        held[Symbol.dispose]();
      }
    },
  };
}
