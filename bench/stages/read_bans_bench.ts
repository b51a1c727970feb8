/**
 * Reading ban lines: by the layout of the line before, and each by the grammar.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { readNetwork } from "../../lib/ip/network.ts";
import { parseBanLine } from "../../lib/log/ban_line.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { BanFinder } from "../../lib/log/ban_finder.ts";
import { type ByteSearch, byteSearch, plainByteSearch } from "../../lib/log/byte_search.ts";
import { instantOf, UTC } from "../../lib/log/time_zone.ts";
import { type BanLines, banLines, NEWEST, sampleLog } from "./sample_log.ts";

function readAll(bytes: Uint8Array, search: ByteSearch): Ban[] {
  const bans: Ban[] = [];
  const finder = new BanFinder({
    zone: UTC,
    notAfter: NEWEST,
    onBan: (ban) => bans.push(ban),
    search,
  });
  finder.push(bytes);
  finder.finish();
  return bans;
}

function byGrammar({ bytes, places }: BanLines): Ban[] {
  const decoder = new TextDecoder();
  const context = { notAfter: NEWEST, zone: UTC };
  return places.flatMap(([from, , to]) => {
    const line = parseBanLine(decoder.decode(bytes.subarray(from, to)), context);
    if (!line) return [];
    const network = readNetwork(line.id);
    return [{
      network: typeof network === "string" ? undefined : network,
      jail: line.jail,
      time: line.time ? instantOf(line.time, UTC) : NEWEST,
      restored: line.restored,
    }];
  });
}

const [compiled, plain] = [byteSearch(), plainByteSearch()];
for (const style of ["1.x", "syslog", "rfc5424", "journal-stdout", "datetime-off"]) {
  const lines = banLines(sampleLog(style));
  assertEquals(readAll(lines.bytes, compiled), byGrammar(lines));
  const group = `read ${lines.places.length} bans, ${style}`;
  Deno.bench("each by the grammar", { group, baseline: true }, () => void byGrammar(lines));
  Deno.bench("plain search", { group }, () => void readAll(lines.bytes, plain));
  Deno.bench("by layout", { group }, () => void readAll(lines.bytes, compiled));
}
