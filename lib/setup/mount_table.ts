/**
 * What the machine mounts when it starts.
 *
 * @module
 */

/** A line of `/etc/fstab`. */
export interface Mount {
  /** Where it is mounted. */
  readonly folder: string;
  /** The type of the file system. */
  readonly type: string;
  /** Its options. */
  readonly options: readonly string[];
  /** The number of the line, from 1. */
  readonly line: number;
}

/**
 * The file system that something is on, as far as the table says.
 *
 * @param path The path.
 * @param table The text of `/etc/fstab`.
 */
export function mountOf(path: string, table: string): Mount | undefined {
  let found: Mount | undefined;
  table.split("\n").forEach((line, index) => {
    const [device = "#", folder = "", type = "", options = ""] = line.trim().split(/\s+/);
    const isAbove = folder === "/" || path === folder || path.startsWith(`${folder}/`);
    if (device.startsWith("#") || !folder.startsWith("/") || !isAbove) return;
    if (found && found.folder.length > folder.length) return;
    found = { folder, type, options: options.split(","), line: index + 1 };
  });
  return found;
}

/** Whether what is at a path is gone when the machine starts again. */
export function isLostAtBoot(path: string, table: string): boolean {
  return /^\/(?:tmp|run|var\/run|dev)(?:\/|$)/.test(path) ||
    /^(?:tmpfs|ramfs)$/.test(mountOf(path, table)?.type ?? "");
}
