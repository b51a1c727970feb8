/**
 * What `permaban restore` is to print, made of its options: a file for each format makes such a plan.
 *
 * @module
 */

import type { NetworkList } from "../ip/network_list.ts";
import type { Invocation } from "./command.ts";
import { usageError } from "./failure.ts";
import type { OptionTable } from "./option.ts";
import type { RESTORE_OPTIONS } from "./spec/restore_spec.ts";

/** What `restore` gets. */
export type RestoreInvocation = Invocation<typeof RESTORE_OPTIONS>;

/** A batch that is to be printed. */
export interface RestorePlan {
  /** The families it blocks; none if there is no network in it. */
  readonly families: readonly (4 | 6)[];
  /** The options that ask for it, for hints. */
  readonly words: string;
  /** What loads it. */
  readonly loader: string;
  /** What it is made of besides the networks, for `--json`. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is to be known of it, for its head. */
  readonly remarks: readonly string[];
  /** Whether part of what was asked for is not in it. */
  readonly isPartial: boolean;
  /** Prints it, the fewest networks in order. */
  print(networks: NetworkList, remarks: readonly string[]): Iterable<Uint8Array>;
}

/**
 * Refuses options that a batch, or a dump of what it loaded, has no use for.
 *
 * @param given What stood on the command line.
 * @param batch The option that asks for the batch.
 * @param names Those it has no use for.
 * @param hint What would be right, where it is not to leave the option out.
 * @throws {Failure} For wrong usage, if one of them is given.
 */
export function refuseOptions<Table extends OptionTable = typeof RESTORE_OPTIONS>(
  given: Invocation["given"],
  batch: string,
  names: readonly (keyof Table & string)[],
  hint?: string,
): void {
  for (const name of names) {
    if (!given.get(name)?.length) continue;
    throw usageError(`Option --${name} makes no sense with ${batch}`, hint);
  }
}
