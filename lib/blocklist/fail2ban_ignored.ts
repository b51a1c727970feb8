/**
 * Whom fail2ban ignores, as its configuration says.
 *
 * @module
 */

import { FULL_PREFIX, type Network, readNetwork, shorten } from "../ip/network.ts";
import { prefixOfMask } from "../ip/read_networks.ts";
import type { ConfigFault, Fail2banConfig, Resolved } from "./fail2ban_config.ts";

/** A network that fail2ban ignores. */
export interface IgnoredNetwork {
  /** The network. */
  readonly network: Network;
  /** The jail that ignores it, unless all do. */
  readonly jail?: string;
}

/** What `ignoreip` says, and what of it is no network. */
export interface Ignored {
  /** The networks: those of all jails first, then those that a jail has besides, in its order. */
  readonly networks: readonly IgnoredNetwork[];
  /** What could not be taken over, each once. */
  readonly faults: readonly ConfigFault[];
  /** Where an enabled jail asks a command who is ignored. */
  readonly commands: readonly Resolved[];
}

/**
 * Finds out whom the jails of a configuration ignore, enabled or not.
 *
 * @param config The configuration.
 */
export function ignoredBy(config: Fail2banConfig): Ignored {
  const networks: IgnoredNetwork[] = [];
  const faults = new Map<string, ConfigFault>();
  const commands = new Map<string, Resolved>();
  const sayOnce = (fault: ConfigFault) =>
    void faults.set([fault.file, fault.line, fault.message].join("\n"), fault);
  const jails = config.jails();
  const take = (section: string, jail?: string) => {
    const value = config.get(section, "ignoreip");
    if (!value) return;
    if ("fault" in value) {
      // It may hold in each jail all the same, whose options come before.
      if (jail !== undefined || jails.length === 0) {
        sayOnce({ ...placeOf(value), message: value.fault });
      }
      return;
    }
    for (const word of wordsOf(value.text)) {
      const network = readIgnored(word);
      if (typeof network === "string") sayOnce({ ...placeOf(value), message: network });
      else if (!networks.some((known) => covers(known, network, jail))) {
        networks.push({ network, ...(jail === undefined ? {} : { jail }) });
      }
    }
  };
  take("DEFAULT");
  for (const jail of jails) {
    take(jail, jail);
    const command = isEnabled(config, jail) ? config.get(jail, "ignorecommand") : undefined;
    if (command && "text" in command && command.text !== "") {
      commands.set([command.file, command.line].join("\n"), command);
    }
  }
  return { networks, faults: [...faults.values()], commands: [...commands.values()] };
}

function isEnabled(config: Fail2banConfig, jail: string): boolean {
  const value = config.get(jail, "enabled");
  return value !== undefined && "text" in value && /^(?:1|on|true|yes)$/i.test(value.text);
}

function placeOf({ file, line }: Resolved): { file: string; line: number } {
  return { file, line };
}

/** Whether a network is there already, for all jails or for the same. */
function covers(known: IgnoredNetwork, network: Network, jail: string | undefined): boolean {
  return known.network.family === network.family && known.network.address === network.address &&
    known.network.prefix === network.prefix && (known.jail === undefined || known.jail === jail);
}

function wordsOf(text: string): string[] {
  return text.split(/[ ,\n]+/).map((word) => word.trim()).filter((word) => word !== "");
}

/** Reads a network as fail2ban does, which lets bits behind the prefix stand for nothing. */
function readIgnored(word: string): Network | string {
  const text = /^\[(.+)\]$/.exec(word)?.[1] ?? word;
  const [, address = text, length] = /^([^/]*)\/(.*)$/s.exec(text) ?? [];
  const full = readNetwork(address);
  const shown = word.length > 64 ? `${word.slice(0, 61)}...` : word;
  if (typeof full === "string") {
    return `"${shown}" is no address or network, and is not taken over`;
  }
  if (length === undefined) return full;
  const prefix = length.includes(".") ? prefixOfMask(length) : prefixIn(length);
  const isMapped = full.family === 4 && address.includes(":");
  const own = prefix === undefined || !isMapped ? prefix : prefix - 96;
  if (own === undefined || own < 0 || own > FULL_PREFIX[full.family]) {
    return `"${shown}" has no right prefix length, and is not taken over`;
  }
  return shorten(full, own);
}

function prefixIn(digits: string): number | undefined {
  return /^\d{1,3}$/.test(digits) ? Number(digits) : undefined;
}
