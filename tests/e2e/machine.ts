/**
 * A machine to install on: its own network, and its own /etc, /var and /run over the real ones.
 *
 * @module
 */

import { Folder } from "../folder.ts";
import { BIN, type Circumstances, type Ended, shell } from "./permaban.ts";

/** What a test on such a machine needs. */
export const MACHINE_TOOLS = ["root", "unshare", "mount", "ip", "iptables-restore"] as const;

/** Where the program under test is, in words for a script. */
export const PROGRAM = `${BIN}/permaban`;

/** The folders that are the machine's own. */
const OWN = ["/etc", "/var", "/root", "/srv"];

/**
 * Runs a script on a machine that is gone when the script ends. It starts without any configuration
 * of permaban, with an empty firewall, and with fail2ban configured as its package has it.
 */
export async function onMachine(script: string, how: Circumstances = {}): Promise<Ended> {
  using folder = new Folder();
  const layers = folder.at("layers");
  const prelude = [
    "set -eu",
    `mkdir ${layers} && mount -t tmpfs none ${layers}`,
    ...OWN.flatMap((path) => {
      const layer = `${layers}${path}`;
      return [
        `mkdir -p ${layer}/upper ${layer}/work`,
        `mount -t overlay overlay -o lowerdir=${path},upperdir=${layer}/upper,workdir=${layer}/work ${path}`,
      ];
    }),
    "mount -t tmpfs none /run",
    "mkdir -p /var/log && : >/var/log/fail2ban.log && : >/var/log/auth.log",
    "ip link set lo up",
  ];
  folder.write("script", [...prelude, script].join("\n"));
  const { cwd = folder.path, ...rest } = how;
  return await shell(`exec unshare --net --mount sh ${folder.at("script")}`, { cwd, ...rest });
}
