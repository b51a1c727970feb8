/**
 * Names of tables, hooks and priorities of nftables: which may be asked for.
 *
 * @module
 */

/** Where packets come into a chain of ours, in the order of their way. */
export const NFT_HOOKS = ["prerouting", "input", "forward", "output"] as const;

/** Where packets come into a chain of ours. */
export type NftHook = typeof NFT_HOOKS[number];

/** The names of priorities, for the families that route packets (`nft(8)`, Chains). */
const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  dstnat: -100,
  filter: 0,
  security: 50,
};
/** Priorities are signed numbers of 32 bits. */
const [LEAST, MOST] = [-0x80000000, 0x7fffffff];

/** Before connections are tracked, so that a packet that is dropped costs as little as it can. */
export const USUAL_PRIORITY: number = -300;

/** Names are longer in the kernel, but one name should do for every format. */
const LONGEST_NAME = 28;
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Words of nft's language, which it takes for no name and knows no way to quote. */
const WORDS = new Set(
  ("accept add ah all and arp auto-merge bridge cgroup chain comment comp constant continue counter cpu " +
    "create ct dccp day define delete describe destroy device devices dnat drop dst dup dynamic ecn " +
    "element elements eq esp ether exists expires export exthdr fib flags flow flowtable flush frag " +
    "fwd gc-interval ge geneve get goto gre gretap gt handle hbh hook hour ibriport ibrname icmp icmpv6 " +
    "igmp iif iifgroup iifname iiftype import include index inet insert interval ip ip6 ipsec jhash " +
    "jump last le limit list log lshift lt map mark masquerade meta meter mh missing monitor ne netdev " +
    "nftrace not notrack numgen obriport obrname offload oif oifgroup oifname oiftype or osf pkttype " +
    "policy position priority queue quota random redefine redirect reject rename replace reset return " +
    "rshift rt rt0 rt2 rtclassid rule ruleset sctp secmark set size skgid skuid snat socket srh " +
    "symhash synproxy table tcp th time timeout tproxy tunnel type typeof udp udplite undefine update " +
    "vlan vmap vni vxlan xor xt")
    .split(" "),
);

/** Tables that others use in the same family: a batch would take their place. */
const TAKEN = new Set(
  ("filter nat mangle raw security route firewalld fw4 f2b-table crowdsec incus lxc lxd netavark sshguard")
    .split(" "),
);

/**
 * Says why a table cannot be made under a name.
 *
 * @param name The name asked for.
 * @returns The reason, or `undefined` when the name is good.
 */
export function faultOfTable(name: string): string | undefined {
  if (name.length > LONGEST_NAME) return `a table's name has at most ${LONGEST_NAME} characters`;
  if (!NAME.test(name)) {
    return "nft takes only letters, digits and _ . - for the name of a table, a letter or _ first";
  }
  if (WORDS.has(name)) return `"${name}" is a word of nft's own`;
  if (TAKEN.has(name)) return `"${name}" is a table of others and would be replaced`;
  return undefined;
}

/**
 * Reads the name of a hook, in small letters or as iptables spells it.
 *
 * @param name The name asked for.
 * @returns The hook, or `undefined` if packets cannot be dropped in one of that name.
 */
export function readHook(name: string): NftHook | undefined {
  return NFT_HOOKS.find((hook) => hook === name || hook.toUpperCase() === name);
}

/**
 * Reads a priority.
 *
 * @param text A whole number, or one of the names that nft has for some.
 * @returns The number, or one sentence that says what it could be.
 */
export function readPriority(text: string): number | string {
  const named = Object.hasOwn(PRIORITIES, text) ? PRIORITIES[text] : undefined;
  const number = named ?? (/^[+-]?\d{1,10}$/.test(text) ? Number(text) : NaN);
  if (number >= LEAST && number <= MOST) return number;
  const names = Object.entries(PRIORITIES).map(([name, number]) => `${name} (${number})`);
  return `a priority is a whole number or one of ${names.join(", ")}`;
}
