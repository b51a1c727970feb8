/**
 * The bans of the networks that `permaban check` is asked about.
 *
 * What reads the history or logs is loaded only if there is something to be read.
 *
 * @module
 */

import { stampOf } from "../file/file_stamp.ts";
import { NetworkIndex } from "../ip/network_index.ts";
import type { NetworkList } from "../ip/network_list.ts";
import type { Network } from "../ip/network.ts";
import type { Ban } from "../log/ban.ts";
import { systemReason } from "../log/system_reason.ts";
import { formatLocalDay } from "../log/time_zone.ts";
import type { Source } from "../report/report.ts";
import { ByNetwork } from "./by_network.ts";
import { historyPath, type Invocation } from "./command.ts";
import { Failure } from "./failure.ts";
import type { CHECK_OPTIONS } from "./spec/check_spec.ts";

type Asked = Invocation<typeof CHECK_OPTIONS>;

/** A ban of an address or network. */
export type AddressBan = Ban & { readonly network: Network };

/** The bans that have to do with some networks. */
export interface AskedBans {
  /** Where they were read; `undefined` where they were not. */
  readonly source: Source | undefined;
  /** The bans. */
  readonly bans: ByNetwork<AddressBan>;
  /** Whether part of what there is could not be read. */
  readonly isPartial: boolean;
}

/**
 * Reads the bans from logs that are named, or else from the history, and says which it was.
 *
 * @param counted The networks.
 * @param invocation Options and host.
 */
export async function readAskedBans(counted: NetworkList, invocation: Asked): Promise<AskedBans> {
  const index = new NetworkIndex(counted);
  const bans: AddressBan[] = [];
  // In the history those of one network stand together, and share it.
  let last: { network: Network; isAsked: boolean } | undefined;
  const take = (ban: Ban) => {
    const { network } = ban;
    if (!network) return;
    if (network !== last?.network) last = { network, isAsked: index.meets(network) };
    if (last.isAsked) bans.push({ ...ban, network });
  };
  const { source, isPartial } = invocation.values.log.length > 0
    ? await readLogged(take, invocation)
    : await readRemembered(take, invocation);
  return { source, bans: new ByNetwork(source ? bans : []), isPartial };
}

interface Read {
  readonly source: Source | undefined;
  readonly isPartial: boolean;
}

async function readLogged(take: (ban: Ban) => void, invocation: Asked): Promise<Read> {
  const { readLogs } = await import("./read_logs.ts");
  const { sayScanned } = await import("./scan_summary.ts");
  const { filesOf } = await import("./scan_json.ts");
  const { found, reports } = await readLogs(
    { ...invocation, operands: invocation.values.log },
    { onBan: take },
  );
  const isPartial = sayScanned({ found, reports }, invocation.messages);
  return { source: { kind: "logs", files: filesOf({ found, reports }) }, isPartial };
}

/** What cannot be read of bans is no reason to say nothing of the lists. */
async function readRemembered(take: (ban: Ban) => void, invocation: Asked): Promise<Read> {
  const { values, messages } = invocation;
  const path = historyPath(values);
  try {
    if (stampOf(path) !== "") return await readHistory(path, take, invocation);
  } catch (error) {
    const reason = error instanceof Failure ? undefined : systemReason(error);
    if (reason !== undefined) messages.error(`Cannot use history "${path}": ${reason}`);
    else if (error instanceof Failure) messages.error(error.message, error.hint);
    else throw error;
    return { source: undefined, isPartial: true };
  }
  messages.note(`There is no history "${path}", so no bans are counted`);
  messages.hint("--log '/var/log/fail2ban.log*' counts those in the logs");
  return { source: undefined, isPartial: false };
}

async function readHistory(
  path: string,
  take: (ban: Ban) => void,
  invocation: Asked,
): Promise<Read> {
  const { values, host, messages } = invocation;
  const { rememberedBans } = await import("./remembered_bans.ts");
  const { source, horizon } = rememberedBans(path, take, invocation);
  if (horizon > host.now() - values.within) {
    messages.warning(
      `The history keeps no bans before ${formatLocalDay(horizon, host.zone)}`,
      "--within looks back further: bans before that are not counted",
    );
  }
  return { source, isPartial: false };
}
