/**
 * `permaban restore` for `nft -f`.
 *
 * @module
 */

import { printNftBatch } from "../firewall/nft_batch.ts";
import { faultOfTable, readPriority, USUAL_PRIORITY } from "../firewall/nft_name.ts";
import { readHooks } from "./chain_options.ts";
import { usageError } from "./failure.ts";
import { refuseOptions, type RestoreInvocation, type RestorePlan } from "./restore_plan.ts";

/**
 * Plans a batch that makes a table.
 *
 * @param invocation The options.
 * @throws {Failure} If they make no sense.
 */
export function planNft({ values, given }: RestoreInvocation): RestorePlan {
  const format = "--format nft";
  refuseOptions(given, format, ["rules", "layout"]);
  refuseOptions(given, format, ["table"], "--chain names the table");
  refuseOptions(given, format, ["hook-position"], "--priority says which chain comes first");
  refuseOptions(given, format, ["live"], "a batch replaces the table and leaves nothing behind");
  const { chain: table, target } = values;
  const fault = faultOfTable(table);
  if (fault) throw usageError(`Option --chain: ${fault}`);
  const hooks = readHooks(values.hook);
  const priority = priorityOf(values);
  const batch = { table, hooks, priority, target };
  return {
    families: [4, 6],
    words: " --format nft",
    loader: "nft -f -",
    settings: { format: "nft", chain: table, hooks, priority, target },
    remarks: [],
    isPartial: false,
    print: (networks, remarks) => printNftBatch({ ...batch, networks, remarks }),
  };
}

function priorityOf({ priority: text }: RestoreInvocation["values"]): number {
  if (text === undefined) return USUAL_PRIORITY;
  const priority = readPriority(text);
  if (typeof priority === "number") return priority;
  throw usageError(`Option --priority: ${priority}, not "${text}"`);
}
