/**
 * The bans of the history, for those who only look at them.
 *
 * @module
 */

import type { Ban } from "../log/ban.ts";
import { formatLocalDay, formatLocalTime } from "../log/time_zone.ts";
import type { Source } from "../report/report.ts";
import type { Invocation } from "./command.ts";
import { lookAtHistory } from "./history_file.ts";
import { count } from "./messages.ts";

/**
 * Reads all bans of the history, and says what it holds.
 *
 * @param path The file.
 * @param onBan Called with each ban.
 * @param invocation Host and messages.
 * @returns What was read, and before when bans are not kept, in seconds since 1970.
 * @throws {Failure} If it cannot be read.
 */
export function rememberedBans(
  path: string,
  onBan: (ban: Ban) => void,
  { host, messages }: Pick<Invocation, "host" | "messages">,
): { source: Source; horizon: number } {
  const history = lookAtHistory(path, host);
  let [bans, oldest, newest] = [0, Infinity, -Infinity];
  history.bans((ban) => {
    bans++;
    if (ban.time < oldest) oldest = ban.time;
    if (ban.time > newest) newest = ban.time;
    onBan(ban);
  });
  const { at: updated, horizon } = history.state;
  const since = bans > 0 ? ` since ${formatLocalDay(oldest, host.zone)}` : "";
  const from = `The history "${path}" of ${formatLocalTime(updated, host.zone)}`;
  messages.note(`${from} holds ${count(bans, "ban")}${since}`);
  const extent = bans > 0 ? { oldest, newest } : { oldest: undefined, newest: undefined };
  const source = { kind: "history", path, bans, ...extent, updated } as const;
  return { source, horizon: horizon ?? -Infinity };
}
