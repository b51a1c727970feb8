/**
 * What the script that loads the list was made with, as it says itself.
 *
 * @module
 */

import { FileError } from "../file/file_error.ts";
import type { RootFolder } from "./root_folder.ts";
import { FIREWALL_SCRIPT, type FirewallFormat, USUAL_ALLOWLIST } from "./setup_options.ts";

/** Where the script keeps what it has loaded. */
const RUN_FOLDER = "/run/permaban";

/** What an installed script does. */
export interface InstalledScript {
  /** How it loads the list. */
  readonly format: FirewallFormat;
  /** The executable. */
  readonly program: string;
  /** The blocklist. */
  readonly blocklist: string;
  /** The allowlist. */
  readonly allowlist: string;
  /** The chains that jump to the list. */
  readonly hooks: readonly string[];
  /** What happens to a packet. */
  readonly target: "drop" | "reject";
  /** The programs it calls beside permaban's own, none of them for IPv6 alone. */
  readonly calls: readonly string[];
  /** Those it calls where the machine has IPv6. */
  readonly callsForIpv6: readonly string[];
}

/** What a script of install's may call; which of them one does call, it says itself. */
const PROGRAMS = [
  ...["cat", "find", "flock", "grep", "mkdir", "mv", "rm", "sed", "stat", "tail"],
  ...["ipset", "nft"],
];
/** How it names those that come once for each family, such as `"$family-restore"`. */
const FAMILY_PROGRAM = /"\$\w+-(save|restore)"/g;

/** Reads a script that install wrote, perhaps edited since; `undefined` if it is none at all. */
export function readScript(text: string): InstalledScript | undefined {
  const program = /^permaban=(\S+)$/m.exec(text)?.[1];
  const blocklist = /^list=(\S+)$/m.exec(text)?.[1];
  if (program === undefined || blocklist === undefined) return undefined;
  const load = /^load_list\(\)[^]*?^(?=\S*\(\)|$)/m.exec(text)?.[0] ?? "";
  return {
    format: /--format ipset/.test(load) ? "ipset" : /--format nft/.test(load) ? "nft" : "iptables",
    program,
    blocklist,
    allowlist: /--allowlist ([^\s']+)/.exec(text)?.[1] ?? USUAL_ALLOWLIST,
    hooks: Array.from(load.matchAll(/--hook (\S+?)(?=[\s;]|$)/g), ([, hook = ""]) => hook),
    target: /--target reject/.test(load) ? "reject" : "drop",
    ...callsIn(text),
  };
}

function callsIn(text: string): Pick<InstalledScript, "calls" | "callsForIpv6"> {
  // What other formats have left is looked for with their programs only where these are.
  const code = text.replaceAll(/^\s*#.*$/gm, "").replace(/^say_left\(\)[^]*?^\}/m, "");
  // Where a command begins.
  const plain = PROGRAMS.filter((name) =>
    new RegExp(`(?:^|[|&;({!]|\\b(?:then|do|else|if)\\b)[ \\t]*${name} `, "m").test(code)
  );
  const ends = [...new Set(Array.from(code.matchAll(FAMILY_PROGRAM), ([, end = ""]) => end))]
    .sort();
  const family = (name: string) => ends.map((end) => `${name}-${end}`);
  return { calls: [...plain, ...family("iptables")], callsForIpv6: family("ip6tables") };
}

/** The script of a machine; `undefined` if there is none that could be used. */
export function scriptOn(root: RootFolder): InstalledScript | undefined {
  try {
    return readScript(root.read(FIREWALL_SCRIPT) ?? "");
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/**
 * The formats in which the script has loaded the list since the machine started: what it loaded last
 * lies in a folder that goes when the machine stops, and so do the rules.
 */
export function loadedFormats(root: RootFolder): FirewallFormat[] {
  const formats = ["iptables", "ipset", "nft"] as const;
  return formats.filter((format) => root.has(`${RUN_FOLDER}/${format}.batch`));
}
