/**
 * `permaban allow import`.
 *
 * @module
 */

import { Fail2banConfig } from "../blocklist/fail2ban_config.ts";
import { type Ignored, ignoredBy } from "../blocklist/fail2ban_ignored.ts";
import type { Note } from "../blocklist/note.ts";
import { NetworkList } from "../ip/network_list.ts";
import { systemReason } from "../log/system_reason.ts";
import type { Invocation } from "./command.ts";
import type { ALLOW_OPTIONS } from "./spec/allow_spec.ts";
import { allowNetworks } from "./allow_networks.ts";
import { EXIT, type ExitStatus } from "./exit_status.ts";
import { Failure, usageError } from "./failure.ts";
import type { Messages } from "./messages.ts";

/** Where fail2ban's configuration is unless told otherwise. */
const FAIL2BAN = "/etc/fail2ban";

/** Allows whom fail2ban ignores. */
export async function allowImport(
  operands: readonly string[],
  invocation: Invocation<typeof ALLOW_OPTIONS>,
): Promise<ExitStatus> {
  const { values, messages } = invocation;
  if (!values.fail2ban) {
    throw usageError(
      'Command "allow import" needs --fail2ban',
      'as in "permaban allow import --fail2ban"',
    );
  }
  const [folder = FAIL2BAN, surplus] = operands;
  if (surplus !== undefined) {
    throw usageError(`Command "allow import" does not take "${surplus}"`);
  }
  const { ignored, isPartial } = read(folder, messages);
  const networks = NetworkList.from(ignored.networks.map(({ network }) => network));
  const noteAt = (index: number): Note => {
    const jail = ignored.networks[index]?.jail;
    return { comment: jail === undefined ? "fail2ban" : `fail2ban, jail ${jail}` };
  };
  const status = await allowNetworks({ networks, noteAt }, Infinity, invocation);
  return isPartial ? EXIT.partly : status;
}

/** Reads whom fail2ban ignores; what cannot be taken over is said. */
function read(folder: string, messages: Messages): { ignored: Ignored; isPartial: boolean } {
  const config = configIn(folder);
  const ignored = ignoredBy(config);
  const faults = [...config.faults, ...ignored.faults];
  for (const { file, line, message } of faults) {
    messages.error(`${file}:${line === undefined ? "" : `${line}:`} ${message}`);
  }
  for (const { file, line } of ignored.commands) {
    messages.warning(
      `${file}:${line}: fail2ban asks a command who is ignored: that cannot be taken over`,
    );
  }
  if (ignored.networks.length === 0) {
    messages.note(`No option ignoreip in "${folder}" has an address`);
  }
  return { ignored, isPartial: faults.length > 0 };
}

function configIn(folder: string): Fail2banConfig {
  let config: Fail2banConfig;
  try {
    config = new Fail2banConfig(folder);
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new Failure(`Cannot read the configuration of fail2ban in "${folder}": ${reason}`);
  }
  if (config.files.length > 0) return config;
  throw new Failure(
    `There is no configuration of fail2ban in "${folder}"`,
    "it is the folder that jail.conf is in",
  );
}
