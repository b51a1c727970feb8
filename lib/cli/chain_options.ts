/**
 * The options that name chains, checked.
 *
 * @module
 */

import { faultOfChain, faultOfHook, meantHook, type Target } from "../firewall/chain_name.ts";
import { NFT_HOOKS, type NftHook, readHook } from "../firewall/nft_name.ts";
import type { Invocation } from "./command.ts";
import { usageError } from "./failure.ts";
import type { Messages } from "./messages.ts";

/** The options. */
export interface ChainOptions {
  /** The chain that holds the rules. */
  readonly chain: string;
  /** The table it is in. */
  readonly table: string;
  /** The chains that jump to it. */
  readonly hook: readonly string[];
  /** What happens to a packet. */
  readonly target: Target;
}

/**
 * Makes sure that chains of such names can be made.
 *
 * @param values The options.
 * @param given What stood on the command line.
 * @param messages Where it is said what looks like an oversight.
 * @throws {Failure} For wrong usage, if one cannot.
 */
export function checkChainOptions(
  { table, chain, hook: hooks, target }: ChainOptions,
  given: Invocation["given"],
  messages: Messages,
): void {
  const fault = faultOfChain(chain);
  if (fault) throw usageError(`Option --chain: ${fault}`);
  checkHooks(hooks, { table, chain }, messages);
  if (given.get("hook-position")?.length && hooks.length === 0) {
    throw usageError("Option --hook-position needs --hook");
  }
  if (target === "reject" && table !== "filter") {
    throw usageError(`Option --target: only table "filter" can reject, use --target drop`);
  }
}

/**
 * Makes sure that chains of such names can be jumped from.
 *
 * @param hooks The chains to jump from.
 * @param to The chain to jump to, and the table of all of them.
 * @param messages Where it is said what looks like an oversight.
 * @throws {Failure} For wrong usage, if one cannot or is named twice.
 */
export function checkHooks(
  hooks: readonly string[],
  { table, chain }: Pick<ChainOptions, "table" | "chain">,
  messages: Messages,
): void {
  for (const hook of hooks) {
    const fault = faultOfHook(hook, table, chain);
    if (fault) throw usageError(`Option --hook: ${fault}`);
    const meant = meantHook(hook, table);
    if (meant === undefined) continue;
    messages.warning(
      `Option --hook: "${hook}" is a chain of your own, that of the kernel is "${meant}"`,
    );
  }
  if (new Set(hooks).size < hooks.length) throw usageError("Option --hook names a chain twice");
}

/**
 * Reads the names of hooks of nft.
 *
 * @param names Those asked for; where there are none, it is the one that all that comes in comes by.
 * @returns The hooks, at least one.
 * @throws {Failure} For wrong usage, if one is none or named twice.
 */
export function readHooks(names: readonly string[]): NftHook[] {
  const hooks = names.map((name) => {
    const hook = readHook(name);
    if (hook !== undefined) return hook;
    throw usageError(`Option --hook: nft drops at ${NFT_HOOKS.join(", ")}, not at "${name}"`);
  });
  if (new Set(hooks).size < hooks.length) throw usageError("Option --hook names a hook twice");
  return hooks.length > 0 ? hooks : [NFT_HOOKS[0]];
}
