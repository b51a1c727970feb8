/**
 * What the files that install writes are made of.
 *
 * @module
 */

/** What of the machine install has to do with. */
export const PARTS = ["fail2ban", "systemd", "cron", "config"] as const;

/** One of {@linkcode PARTS}. */
export type Part = typeof PARTS[number];

/**
 * The part whose work others do: systemd's timer and cron's read the same logs and load the same list.
 *
 * @param parts Those that are set up.
 * @returns `undefined` where neither of the two is among them, or both are.
 */
export function replacedPart(parts: ReadonlySet<string>): "cron" | "systemd" | undefined {
  if (parts.has("systemd") === parts.has("cron")) return undefined;
  return parts.has("systemd") ? "cron" : "systemd";
}

/** How the list gets into the firewall. */
export type FirewallFormat = "iptables" | "ipset" | "nft";

/** What the files are made of; all paths are those on the machine that they are for. */
export interface SetupOptions {
  /** Which files to make. */
  readonly parts: ReadonlySet<Part>;
  /** What loads the list. */
  readonly format: FirewallFormat;
  /** The chains that jump to the list; for nft its hooks, as nft spells them. */
  readonly hooks: readonly string[];
  /** What happens to a packet. */
  readonly target: "drop" | "reject";
  /** What becomes of the rules when fail2ban stops. */
  readonly onStop: "keep" | "flush";
  /** The executable. */
  readonly program: string;
  /** The folder of permaban's own files. */
  readonly state: string;
  /** The blocklist. */
  readonly blocklist: string;
  /** The allowlist. */
  readonly allowlist: string;
  /** The log that fail2ban writes. */
  readonly log: string;
  /** The section of `fail2ban.conf` that takes `dbpurgeage`, unless that is long enough already. */
  readonly purgeSection: string | undefined;
}

/** A file to be written. */
export interface PlannedFile {
  /** Where, on the machine that it is for. */
  readonly path: string;
  /** Its mode, such as 0o644. */
  readonly mode: number;
  /** What is in it. */
  readonly text: string;
  /** Whether it is only a beginning: what somebody has made of it is left alone. */
  readonly isSeed?: boolean;
}

/** The allowlist unless told otherwise. */
export const USUAL_ALLOWLIST = "/etc/permaban/allowlist";

/** The options that say where permaban's own files are, as far as they have to be said. */
export function placeWords({ state, blocklist, allowlist }: SetupOptions): string {
  return [
    `--state ${state}`,
    ...(blocklist === `${state}/blocklist` ? [] : [`--blocklist ${blocklist}`]),
    ...(allowlist === USUAL_ALLOWLIST ? [] : [`--allowlist ${allowlist}`]),
  ].join(" ");
}

/** A year, for what fail2ban counts in seconds. */
export const YEAR = 365 * 86400;

/** The script that everything else calls. */
export const FIREWALL_SCRIPT = "/etc/permaban/firewall";

/** What makes a path unfit to stand in a script, a unit and a line of cron as it is. */
const UNFIT = /[^A-Za-z0-9/._+-]/;

/**
 * What is wrong with a path that is to stand in the files.
 *
 * @param path The path.
 * @returns The fault in words, or `undefined`.
 */
export function faultOfPath(path: string): string | undefined {
  if (!path.startsWith("/")) return `"${path}" must begin with a slash`;
  if (path.split("/").includes("..")) return `"${path}" must not go upwards`;
  const [unfit] = UNFIT.exec(path) ?? [];
  if (unfit === undefined) return undefined;
  return `"${path}" has "${unfit}" in it; use letters, digits and any of /._+-`;
}
