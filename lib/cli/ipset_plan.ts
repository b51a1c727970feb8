/**
 * `permaban restore` for `ipset restore`.
 *
 * @module
 */

import { faultOfChain } from "../firewall/chain_name.ts";
import { printIpsetBatch } from "../firewall/ipset_batch.ts";
import { ipsetNames } from "../firewall/set_names.ts";
import { usageError } from "./failure.ts";
import { refuseOptions, type RestoreInvocation, type RestorePlan } from "./restore_plan.ts";

/**
 * Plans a batch that fills sets.
 *
 * @param invocation The options.
 * @throws {Failure} If they make no sense.
 */
export function planIpset({ values, given }: RestoreInvocation): RestorePlan {
  const { chain } = values;
  const batch = "--format ipset";
  refuseOptions(given, batch, ["layout", "priority"]);
  refuseOptions(
    given,
    batch,
    ["table", "hook", "hook-position", "live", "target"],
    "it is for the rules that ask the sets, which --rules prints",
  );
  const fault = faultOfChain(chain);
  if (fault) throw usageError(`Option --chain: ${fault}`);
  return {
    families: [4, 6],
    words: " --format ipset",
    loader: "ipset restore",
    settings: { format: "ipset", chain, sets: ipsetNames(chain) },
    remarks: ["The rules that ask the sets: permaban restore --rules, and -6 --rules"],
    isPartial: false,
    print: (networks, remarks) => printIpsetBatch({ networks, chain, remarks }),
  };
}
