/**
 * From which addresses somebody is logged in.
 *
 * The environment tells of the present session, but sudo and cron clear it. So all sessions from
 * elsewhere count, as far as the system keeps who is logged in: systemd below `/run/systemd/sessions`,
 * others in `/run/utmp`. What cannot be read there is passed over.
 *
 * @module
 */

import { readFile, readFolder } from "../file/read_file.ts";
import { formatIpv4, formatIpv6 } from "../ip/address.ts";
import { systemReason } from "../log/system_reason.ts";
import type { Host } from "./host.ts";

/** Variables that begin with the address of the client (ssh(1)). */
const VARIABLES = ["SSH_CONNECTION", "SSH_CLIENT"];

/** Records of utmp(5): their size and where the address is, in bytes, with times of 32 and 64 bits. */
const FORMS = [{ size: 384, address: 348 }, { size: 400, address: 360 }];
const LAST_TYPE = 9;
const USER_PROCESS = 7;

/** The addresses from which somebody is logged in, in text; some may be none. */
export function loginAddresses(host: Pick<Host, "env" | "runFolder">): string[] {
  const clients = VARIABLES.flatMap((name) => host.env(name)?.split(" ")[0] ?? []);
  const sessions = `${host.runFolder}/systemd/sessions`;
  const remote = ifReadable(() => readFolder(sessions), []).flatMap((name) =>
    remoteHostsIn(ifReadable(() => readFile(`${sessions}/${name}`), NOTHING))
  );
  const logins = addressesInUtmp(ifReadable(() => readFile(`${host.runFolder}/utmp`), NOTHING));
  return [...new Set([...clients, ...remote, ...logins])];
}

const NOTHING = new Uint8Array(0);

function ifReadable<Result>(read: () => Result, otherwise: Result): Result {
  try {
    return read();
  } catch (error) {
    if (systemReason(error) === undefined) throw error;
    return otherwise;
  }
}

/** What a file of systemd-logind says of the other end: `REMOTE_HOST=192.0.2.7`. */
function remoteHostsIn(bytes: Uint8Array): string[] {
  const text = new TextDecoder().decode(bytes);
  return [...text.matchAll(/^REMOTE_HOST=(.+)$/gm)].map(([, host = ""]) => host);
}

/**
 * The addresses in a file of utmp(5).
 *
 * @param bytes The file.
 * @returns The addresses in text; none where it is no such file.
 */
export function addressesInUtmp(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const typeAt = (at: number) => view.getInt16(at, true);
  for (const { size, address } of FORMS) {
    if (bytes.length % size !== 0) continue;
    const records = Array.from({ length: bytes.length / size }, (_, at) => at * size);
    if (!records.every((at) => typeAt(at) >= 0 && typeAt(at) <= LAST_TYPE)) continue;
    return records.filter((at) => typeAt(at) === USER_PROCESS)
      .flatMap((at) => addressAt(view, at + address));
  }
  return [];
}

/** An address in the order of the network: of IPv4 where it goes no further than the first word. */
function addressAt(view: DataView, at: number): string[] {
  const [high, low] = [view.getBigUint64(at), view.getBigUint64(at + 8)];
  if (high === 0n && low === 0n) return [];
  const isFour = low === 0n && (high & 0xffff_ffffn) === 0n;
  return [isFour ? formatIpv4(view.getUint32(at)) : formatIpv6(high << 64n | low)];
}
