/**
 * Names of tables, chains and targets of iptables: which may be asked for.
 *
 * @module
 */

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

const BUILT_IN = new Set([...Object.values(TABLES).flat(), "PREROUTING", "POSTROUTING"]);

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
  return undefined;
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
  const chains = TABLES[table] ?? [];
  if (!BUILT_IN.has(name) || chains.includes(name)) return undefined;
  return `table "${table}" has no chain "${name}", it has ${chains.join(", ")}`;
}

function faultOfName(name: string): string | undefined {
  if (name.length > LONGEST_NAME) return `a chain's name has at most ${LONGEST_NAME} characters`;
  if (NAME.test(name)) return undefined;
  return "a chain's name is made of letters, digits and _ . : + - (not first)";
}
