/**
 * Images of machines, in which nothing runs.
 *
 * @module
 */

import { walkSync } from "@std/fs/walk";
import { relative } from "@std/path/posix";
import { Folder } from "../folder.ts";
import { permaban } from "./permaban.ts";

/** What there is on Debian with fail2ban. */
export const DEBIAN = [
  "etc/fail2ban/jail.conf",
  "etc/fail2ban/fail2ban.conf",
  "etc/systemd/system/",
  "etc/cron.d/",
  "var/log/fail2ban.log",
] as const;

/** A machine as far as install looks at one. */
export class Image extends Folder {
  /** Makes one with some files and folders, which end with a slash. */
  constructor(...paths: readonly string[]) {
    super();
    for (const path of ["usr/local/bin/permaban", "usr/sbin/iptables-restore", ...paths]) {
      if (path.endsWith("/")) Deno.mkdirSync(this.at(path), { recursive: true });
      else this.write(path, "");
    }
  }

  /** Runs a command on it. */
  async run(command: string, ...options: readonly string[]) {
    return await permaban([command, "--root", this.path, ...options]);
  }

  /** Every file with its text. */
  files(): Record<string, string> {
    const files = [...walkSync(this.path, { includeDirs: false })].map(({ path }) => path).sort();
    return Object.fromEntries(
      files.map((path) => [relative(this.path, path), Deno.readTextFileSync(path)]),
    );
  }
}
