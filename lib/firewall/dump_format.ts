/**
 * Which program printed a dump.
 *
 * @module
 */

/** The forms that are read. */
export type DumpFormat = "iptables" | "ipset" | "nft";

/** How much of a dump is looked at. */
const HEAD = 4096;

/** How the first lines begin that tell, and what would have been right. */
const SIGNS: readonly { readonly sign: RegExp; readonly format: DumpFormat | { hint: string } }[] =
  [
    { sign: /^\{/, format: "nft" },
    { sign: /^(?:create|add) /, format: "ipset" },
    { sign: /^(?:#|\*[a-z]|:\S+ |-A |\[\d+:\d+\] -A )/, format: "iptables" },
    { sign: /^table /, format: { hint: "print it as JSON: nft -j list ruleset" } },
    { sign: /^(?:Name: |<ipsets>)/, format: { hint: "print it with ipset save" } },
    { sign: /^Chain /, format: { hint: "print it with iptables-save" } },
  ];

/**
 * Tells the form of a dump.
 *
 * @param bytes The dump.
 * @returns The form, or what to do where it is another one that is known; `undefined` if it is none.
 */
export function dumpFormat(bytes: Uint8Array): DumpFormat | { readonly hint: string } | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD)).trimStart();
  return SIGNS.find(({ sign }) => sign.test(head))?.format;
}
