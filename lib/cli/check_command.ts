/**
 * `permaban check`.
 *
 * @module
 */

import { isWide, type Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { offenderOf } from "../offender/tally.ts";
import { readAskedBans } from "./asked_bans.ts";
import { readAskedLists } from "./asked_lists.ts";
import { answerAbout, type CheckAnswer, subnetOf } from "./check_answer.ts";
import { checkChoice } from "./check_choice.ts";
import { choiceOf, tallyOptions } from "./choice.ts";
import type { Invocation, Run } from "./command.ts";
import { EXIT } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { guardNow } from "./guard.ts";
import { printAnswers } from "./print_answers.ts";
import { readAddresses } from "./read_addresses.ts";
import { readExemptions } from "./read_exemptions.ts";
import type { CHECK_OPTIONS } from "./spec/check_spec.ts";

/** Says of addresses and networks whether they are blocked, and why or why not. */
export const check: Run<typeof CHECK_OPTIONS> = async (invocation) => {
  const { values, operands, host, messages } = invocation;
  if (operands.includes("-") && values.log.includes("-")) {
    throw usageError("Standard input cannot be both addresses and a log", "name one of them");
  }
  checkChoice(values);
  const { asked: { networks: asked }, ...read } = await readAddresses(operands, host, messages);
  const counted = NetworkList.from(
    Array.from(asked, (network) => offenderOf(network, values["ipv6-prefix"])),
  );
  const lists = readAskedLists(asked, counted, invocation);
  const choice = await choiceOf(invocation);
  const around = Array.from(counted, (network) => subnetOf(network, choice) ?? network);
  const bans = await readAskedBans(NetworkList.from(around), invocation);
  // What is wrong with these lists was said already.
  const { exemptions } = readExemptions(values, host.now());
  const tally = tallyOptions(values, host, exemptions);
  const known = {
    lists,
    bans,
    counting: { tally, choice, zone: host.zone },
    mayAdd: mayAdd(invocation),
  };
  const open: CheckAnswer[] = [];
  const answers = function* () {
    for (const network of asked) {
      const answer = answerAbout(network, known);
      if (answer.state !== "blocked") open.push(answer);
      yield answer;
    }
  };
  await printAnswers(answers(), known, invocation);
  // Status 0 would say that all of them are blocked.
  if (asked.length === 0 && !read.isPartial) throw usageError('Command "check" needs ADDRESS');
  if (open.length > 0) return EXIT.no;
  return read.isPartial || lists.isPartial || bans.isPartial ? EXIT.partly : EXIT.done;
};

/** Whether a scan may put a network on the blocklist. */
function mayAdd(invocation: Invocation<typeof CHECK_OPTIONS>): (network: Network) => boolean {
  const { values, configuration } = invocation;
  const guard = guardNow(invocation);
  const ofScan = configuration?.tables.get("scan")?.get("allow-wide")?.texts ?? [];
  const allowWide = values["allow-wide"] || ofScan.length > 0;
  return (network) =>
    (allowWide || !isWide(network)) && !guard.refusalOf(NetworkList.from([network]), 0);
}
