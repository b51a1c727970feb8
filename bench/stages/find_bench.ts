/**
 * Finding line ends and bans in the bytes of a log.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { BanFinder } from "../../lib/log/ban_finder.ts";
import { parseBanLine } from "../../lib/log/ban_line.ts";
import {
  type ByteSearch,
  byteSearch,
  FOUND,
  MARGIN,
  plainByteSearch,
} from "../../lib/log/byte_search.ts";
import { UTC } from "../../lib/log/time_zone.ts";
import { NEWEST, sampleLog } from "./sample_log.ts";

const CONTEXT = { zone: UTC, notAfter: NEWEST };

const log = sampleLog();
const [plain, compiled] = [plainByteSearch(), byteSearch()];
// Whole lines, as many as the window holds.
const room = compiled.bytes.length - 2 * MARGIN;
const text = log.subarray(0, log.subarray(0, room).lastIndexOf(0x0a) + 1);
const end = MARGIN + text.length;
for (const { bytes } of [plain, compiled]) bytes.set(text, MARGIN);

function countBans(search: ByteSearch): number {
  let count = 0;
  for (let at = MARGIN; search.candidate(at, end, text.length) >= 0; count++) {
    at = (search.found[FOUND.end] ?? end) + 1;
  }
  return count;
}

function findInBytes(): number {
  const finder = new BanFinder({ zone: UTC, notAfter: NEWEST, onBan: () => {} });
  finder.push(log);
  finder.finish();
  return finder.seen.bans;
}

function findInStrings(): number {
  const lines = new TextDecoder().decode(log).split("\n");
  return lines.filter((line) => parseBanLine(line, CONTEXT)?.restored === false).length;
}

assertEquals(compiled.lines(MARGIN, end), plain.lines(MARGIN, end));
assertEquals(countBans(compiled), countBans(plain));
assertEquals(findInBytes(), findInStrings());

const size = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const lineEnds = { group: `count the line ends in ${size(text.length)}` };
Deno.bench("byte by byte", { ...lineEnds, baseline: true }, () => void plain.lines(MARGIN, end));
Deno.bench("compiled", lineEnds, () => void compiled.lines(MARGIN, end));

const bans = { group: `find the bans in ${size(text.length)}` };
Deno.bench("byte by byte", { ...bans, baseline: true }, () => void countBans(plain));
Deno.bench("compiled", bans, () => void countBans(compiled));

const lines = { group: `read the bans in ${size(log.length)}` };
Deno.bench("lines as strings", { ...lines, baseline: true }, () => void findInStrings());
Deno.bench("BanFinder", lines, () => void findInBytes());
