import { wordsOfIpv6 } from "../../lib/ip/address.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { ABOUT, type FlatBans, ROW, ROW_TIME } from "../../lib/log/flat_bans.ts";

/** Bans of single addresses as rows, their jails numbered as they come. */
export function flattened(bans: readonly Ban[]): FlatBans {
  const words = new Uint32Array(bans.length * ROW.words);
  const times = new Float64Array(words.buffer);
  const jails = [...new Set(bans.map(({ jail }) => jail))];
  bans.forEach(({ network, jail, time, restored }, row) => {
    if (network?.family === 4) words[row * ROW.words] = network.address;
    else wordsOfIpv6(network?.address ?? 0n, words, row * ROW.words);
    words[row * ROW.words + ROW.about] = jails.indexOf(jail) << ABOUT.bits |
      (network?.family === 6 ? ABOUT.isIpv6 : 0) | (restored ? ABOUT.restored : 0);
    times[row * ROW_TIME.doubles + ROW_TIME.time] = time;
  });
  return { count: bans.length, words, times, jails };
}
