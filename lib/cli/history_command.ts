/**
 * `permaban history`.
 *
 * @module
 */

import { formatNetwork, holds, type Network, readNetwork } from "../ip/network.ts";
import type { Ban } from "../log/ban.ts";
import { formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import type { History } from "../offender/history.ts";
import { aligned, tabbed } from "./columns.ts";
import { historyPath, type Invocation, type Run } from "./command.ts";
import type { HISTORY_OPTIONS } from "./spec/history_spec.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { usageError } from "./failure.ts";
import { holdHistory, lookAtHistory } from "./history_file.ts";
import type { Host } from "./host.ts";
import { jsonList } from "./json_list.ts";
import { count } from "./messages.ts";
import { dateOf } from "./when_option.ts";
import { writeResult } from "./write_result.ts";

type Asked = Invocation<typeof HISTORY_OPTIONS>;

/** Shows what the history holds, or makes it forget. */
export const history: Run<typeof HISTORY_OPTIONS> = (invocation) => {
  const { values, operands: [verb, ...addresses] } = invocation;
  if (values.before !== undefined && verb !== "forget") {
    throw usageError('Option --before belongs to "permaban history forget"');
  }
  if (verb === undefined) return summarize(invocation);
  if (verb === "show") return show(addresses.map(networkOf), invocation);
  if (verb === "forget") return forget(addresses.map(networkOf), invocation);
  throw usageError(
    `There is no "permaban history ${verb}"`,
    'it is "history", "history show ADDRESS" or "history forget ADDRESS"',
  );
};

function networkOf(text: string): Network {
  const network = readNetwork(text);
  if (typeof network === "string") throw usageError(network);
  return network;
}

const LOG_COLUMNS = [
  { heading: "LOG" },
  { heading: "READ", isNumber: true },
  { heading: "OF", isNumber: true },
  { heading: "WRITTEN" },
  { heading: "FAULT" },
];

async function summarize({ values, host }: Asked): Promise<ExitStatus> {
  const path = historyPath(values);
  const held = lookAtHistory(path, host);
  const { bans, oldest, newest } = extentOf(held);
  const time = (instant: number) => bans > 0 ? formatLocalTime(instant, host.zone) : null;
  const logs = held.state.traces.flatMap(({ files, position, length, fault }) =>
    files.map((file) => ({
      path: file.path,
      read: position,
      text: length,
      written: file.mtime === undefined ? null : formatLocalTime(file.mtime, host.zone),
      fault: fault ?? null,
    }))
  ).sort((a, b) => a.path < b.path ? -1 : 1);
  const facts = {
    file: path,
    bytes: held.size,
    bans,
    oldest: time(oldest),
    newest: time(newest),
    updated: formatLocalTime(held.state.at, host.zone),
    gone: held.gone().length,
  };
  if (values.json) {
    await host.stdout.write(JSON.stringify({ ...facts, logs }, null, 2) + "\n");
    return EXIT.done;
  }
  const rows = Object.entries(facts).map(([name, value]) => [name, String(value ?? "-")]);
  const logRows = logs.map(({ path, read, text, written, fault }) => {
    return [path, String(read), String(text), written ?? "-", fault ?? "-"];
  });
  const { stdout } = host;
  if (!stdout.isTerminal()) {
    await stdout.write(tabbed([...rows, ...logRows.map((row) => ["log", ...row])]));
    return EXIT.done;
  }
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  const lines = rows.map(([name = "", value]) => `${name.padEnd(width)}  ${value}\n`);
  await stdout.write(`${lines.join("")}\n${aligned(LOG_COLUMNS, logRows)}`);
  return EXIT.done;
}

/** How many bans there are, and when the first and the last of them were. */
export function extentOf(history: History): { bans: number; oldest: number; newest: number } {
  let [bans, oldest, newest] = [0, Infinity, -Infinity];
  history.bans(({ time }) => {
    bans++;
    oldest = Math.min(oldest, time);
    newest = Math.max(newest, time);
  });
  return { bans, oldest, newest };
}

const BAN_COLUMNS = [
  { heading: "TIME" },
  { heading: "ADDRESS" },
  { heading: "JAIL" },
  { heading: "" },
];
/** Bans printed at a time. */
const ROWS = 1000;

async function show(networks: readonly Network[], { values, host, messages }: Asked) {
  if (networks.length === 0) throw usageError('Command "history show" needs ADDRESS');
  const found: Ban[] = [];
  lookAtHistory(historyPath(values), host).bans((ban) => {
    if (isIn(ban, networks)) found.push(ban);
  });
  found.sort((a, b) => a.time - b.time);
  if (values.json) {
    const objects = found.map((ban) => toObject(ban, host.zone));
    for (const piece of jsonList("bans", [objects])) await host.stdout.write(piece);
    await host.stdout.write("\n}\n");
  } else await printBans(found, host);
  const names = networks.map(formatNetwork).join(", ");
  messages.note(`${count(found.length, "ban")} of ${names}`);
  return EXIT.done;
}

function toObject({ network, jail, time, restored }: Ban, zone: TimeZone): object {
  return {
    time: formatLocalTime(time, zone),
    address: network ? formatNetwork(network) : null,
    jail,
    restored,
  };
}

async function printBans(bans: readonly Ban[], { stdout, zone }: Host): Promise<void> {
  const rowOf = ({ network, jail, time, restored }: Ban) => [
    formatLocalTime(time, zone),
    network ? formatNetwork(network) : "-",
    jail,
    restored ? "restored" : "-",
  ];
  if (stdout.isTerminal()) return await stdout.write(aligned(BAN_COLUMNS, bans.map(rowOf)));
  for (let at = 0; at < bans.length; at += ROWS) {
    await stdout.write(tabbed(bans.slice(at, at + ROWS).map(rowOf)));
  }
}

async function forget(
  networks: readonly Network[],
  { values, host, messages }: Asked,
): Promise<ExitStatus> {
  if ((networks.length > 0) === (values.before !== undefined)) {
    throw usageError(
      networks.length > 0
        ? 'Command "history forget" takes ADDRESS or --before DATE, not both'
        : 'Command "history forget" needs ADDRESS or --before DATE',
      'as in "permaban history forget 192.0.2.7"',
    );
  }
  const before = values.before === undefined
    ? -Infinity
    : dateOf(values.before, "before", host.zone);
  const path = historyPath(values);
  // Where there is none, none is to be made; one that is damaged is left to the next scan.
  lookAtHistory(path, host);
  using held = await holdHistory(path, values.wait, host);
  const { history } = held;
  let forgotten = 0;
  held.now(() =>
    history.bans((ban) => {
      if (ban.time < before || isIn(ban, networks)) forgotten++;
    })
  );
  if (forgotten > 0) await held.doing(() => history.rewrite({ networks, before }));
  if (values.json) await writeResult(host, JSON.stringify({ forgotten }, null, 2) + "\n");
  const whose = networks.length > 0 ? ` of ${networks.map(formatNetwork).join(", ")}` : "";
  messages.note(`Forgot ${count(forgotten, "ban")}${whose}`);
  return EXIT.done;
}

function isIn({ network }: Ban, networks: readonly Network[]): boolean {
  return network !== undefined && networks.some((outer) => holds(outer, network));
}
