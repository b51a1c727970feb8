/**
 * Reading ban lines: by the layout of the line before, and each by the grammar.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { readNetwork } from "../../lib/ip/network.ts";
import { parseBanLine } from "../../lib/log/ban_line.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { BanReader } from "../../lib/log/ban_reader.ts";
import { instantOf, UTC } from "../../lib/log/time_zone.ts";
import { type BanLines, banLines, NEWEST, sampleLog } from "./sample_log.ts";

function byLayout({ bytes, places }: BanLines): (Ban | undefined)[] {
  const reader = new BanReader(UTC, NEWEST);
  return places.map(([from, mark, to]) => reader.read(bytes, from, mark, to));
}

function byGrammar({ bytes, places }: BanLines): (Ban | undefined)[] {
  const decoder = new TextDecoder();
  const context = { notAfter: NEWEST, zone: UTC };
  return places.map(([from, , to]) => {
    const line = parseBanLine(decoder.decode(bytes.subarray(from, to)), context);
    if (!line) return undefined;
    const network = readNetwork(line.id);
    return {
      network: typeof network === "string" ? undefined : network,
      jail: line.jail,
      time: line.time ? instantOf(line.time, UTC) : NEWEST,
      restored: line.restored,
    };
  });
}

for (const style of ["1.x", "syslog", "rfc5424", "journal-stdout", "datetime-off"]) {
  const lines = banLines(sampleLog(style));
  assertEquals(byLayout(lines), byGrammar(lines));
  const group = `read ${lines.places.length} bans, ${style}`;
  Deno.bench("by grammar", { group, baseline: true }, () => void byGrammar(lines));
  Deno.bench("by layout", { group }, () => void byLayout(lines));
}
