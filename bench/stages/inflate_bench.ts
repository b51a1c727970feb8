/**
 * Reading the text of a gzip archive.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";
import { readLog } from "../../lib/log/read_log.ts";
import { sampleLog } from "./sample_log.ts";

const log = sampleLog("1.x", 50_000);
const archive = new Uint8Array(gzipSync(log));

async function lengthOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of chunks) length += chunk.length;
  return length;
}

/** The archive as a file that is read piece by piece. */
function source(bytes: Uint8Array) {
  let at = 0;
  return {
    read(buffer: Uint8Array): Promise<number | null> {
      const piece = bytes.subarray(at, at + buffer.length);
      buffer.set(piece);
      at += piece.length;
      return Promise.resolve(piece.length === 0 ? null : piece.length);
    },
  };
}

const inflated = () =>
  lengthOf(new Blob([archive]).stream().pipeThrough(new DecompressionStream("gzip")));

assertEquals(await lengthOf(readLog(source(archive))), log.length);
assertEquals(await inflated(), log.length);

const group = `inflate ${(log.length / 1e6).toFixed(1)} MB of text`;
Deno.bench("DecompressionStream", { group, baseline: true }, async () => void await inflated());
Deno.bench("readLog", { group }, async () => void await lengthOf(readLog(source(archive))));
Deno.bench("readLog, plain", { group }, async () => void await lengthOf(readLog(source(log))));
