/**
 * Names of tables, chains and targets of iptables: which may be asked for.
 *
 * @module
 */

import { fingerprintOf } from "../log/fingerprint.ts";

/** What happens to a packet from a blocked address. */
export type Target = "drop" | "reject";

/** Where a packet can be dropped, and the chains that every such table has. */
export const TABLES: Readonly<Record<string, readonly string[]>> = {
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  raw: ["PREROUTING", "OUTPUT"],
  security: ["INPUT", "FORWARD", "OUTPUT"],
};

/** Longer names are refused by iptables (`XT_EXTENSION_MAXNAMELEN` less the final zero). */
const LONGEST_NAME = 28;
const NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.:+-]*$/;

/** What stands between the name of a chain and the number of one that it leads to. */
const BRANCH = "..";
const BRANCH_NAME = /\.\.[0-9a-z]+$/;
/** Digits of 36 in such a number at most: enough for more chains than memory holds. */
const DIGITS = 5;
/** Hexadecimal digits of a digest in the name of a branch of a long name. */
const HASH = 10;
/** What stands before that. */
const CUT = "++";

/** Targets behind which a packet goes on to the next rule. */
const PASSING = new Set(
  ("LOG NFLOG ULOG MARK CONNMARK CT NOTRACK TRACE SET TCPMSS TEE TTL HL AUDIT CHECKSUM CLASSIFY DSCP " +
    "ECN IDLETIMER LED RATEEST SECMARK CONNSECMARK TOS TCPOPTSTRIP HMARK").split(" "),
);

const BUILT_IN = new Set([...Object.values(TABLES).flat(), "PREROUTING", "POSTROUTING"]);

/** Chains that see what leaves the machine: a rule that asks for a source is of no use there. */
const LEAVING = new Set(["OUTPUT", "POSTROUTING"]);

/** Targets of iptables: a jump to one of these names is not a jump to a chain. */
const TARGETS = new Set(
  ("ACCEPT DROP QUEUE RETURN REJECT LOG MARK CONNMARK CT NFLOG NFQUEUE NOTRACK TRACE SET DNAT SNAT " +
    "MASQUERADE REDIRECT TPROXY TCPMSS TEE TTL HL ULOG AUDIT CHECKSUM CLASSIFY CLUSTERIP DSCP ECN " +
    "IDLETIMER LED NETMAP RATEEST SECMARK CONNSECMARK SYNPROXY TOS TCPOPTSTRIP DNPT SNPT HMARK " +
    // Names that the loaders use for themselves: one of them crashes on a chain called so.
    "standard ERROR")
    .split(" "),
);

/**
 * Says why a chain cannot be made under a name.
 *
 * @param name The name asked for.
 * @returns The reason, or `undefined` when the name is good.
 */
export function faultOfChain(name: string): string | undefined {
  const fault = faultOfName(name);
  if (fault) return fault;
  if (BUILT_IN.has(name)) return `"${name}" is a chain of the kernel and would be emptied`;
  if (TARGETS.has(name)) return `"${name}" is the name of a target`;
  // With the digest of another name behind it, it would have the same further chains.
  if (name.includes(CUT)) {
    return `"${name}" could meet the further chains of another one, leave out "${CUT}"`;
  }
  if (BRANCH_NAME.test(name)) return `"${name}" is a name of a further chain of another one`;
  return undefined;
}

/**
 * The name of a further chain that a chain leads to: `permaban..1a`.
 *
 * The names of two chains never meet; a long name is cut, and a digest of all of it put in.
 *
 * @param chain The chain.
 * @param number The number of the further one, from 1 on.
 */
export function branchName(chain: string, number: number): string {
  return `${branchStem(chain)}${number.toString(36)}`;
}

/** What the names of the further chains of a chain begin with. */
export function branchStem(chain: string): string {
  const room = LONGEST_NAME - BRANCH.length - DIGITS;
  if (chain.length <= room) return chain + BRANCH;
  const digest = fingerprintOf(new TextEncoder().encode(chain)).digest;
  return `${chain.slice(0, room - CUT.length - HASH)}${CUT}${digest.slice(0, HASH)}${BRANCH}`;
}

/**
 * Says why a chain cannot be jumped from.
 *
 * @param name The chain to add a jump to.
 * @param table The table it is in.
 * @param chain The chain to jump to.
 * @returns The reason, or `undefined` when all is well.
 */
export function faultOfHook(name: string, table: string, chain: string): string | undefined {
  const fault = faultOfName(name);
  if (fault) return fault;
  if (name === chain) return `"${name}" would jump to itself`;
  if (TARGETS.has(name)) return `"${name}" is the name of a target`;
  if (BRANCH_NAME.test(name)) return `"${name}" is a name of a further chain and would be emptied`;
  if (LEAVING.has(name)) {
    return `there is nobody to block in "${name}": what leaves the machine comes from itself, or ` +
      "has been in FORWARD";
  }
  const chains = (TABLES[table] ?? []).filter((chain) => !LEAVING.has(chain));
  if (!BUILT_IN.has(name) || chains.includes(name)) return undefined;
  return `table "${table}" has no chain "${name}", it has ${chains.join(", ")}`;
}

/**
 * The chain of the kernel that was meant, perhaps, by a name in other letters.
 *
 * @param name The chain to jump from; there may be one of this name.
 * @param table The table it is in.
 * @returns The chain, or `undefined` if the name is not like one.
 */
export function meantHook(name: string, table: string): string | undefined {
  const meant = name.toUpperCase();
  return meant !== name && TABLES[table]?.includes(meant) ? meant : undefined;
}

/** Whether a packet goes on behind a rule with this target. */
export function isPassing(target: string): boolean {
  return PASSING.has(target);
}

/** Whether a name is that of a target, so that no chain has it. */
export function isTarget(name: string): boolean {
  return TARGETS.has(name);
}

function faultOfName(name: string): string | undefined {
  if (name.length > LONGEST_NAME) return `a chain's name has at most ${LONGEST_NAME} characters`;
  if (NAME.test(name)) return undefined;
  return "a chain's name is made of letters, digits and _ . : + - (not first)";
}
