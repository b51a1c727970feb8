/**
 * Bans on their way from one thread to another.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Ban } from "../../lib/log/ban.ts";
import { type BanBatch, BanPacker, unpackBans } from "../../lib/log/ban_batch.ts";
import { sampleBans } from "./sample_bans.ts";

const COUNT = 10_000;

function pack(bans: readonly Ban[]): BanBatch[] {
  const batches: BanBatch[] = [];
  const packer = new BanPacker((batch) => batches.push(batch));
  for (const ban of bans) packer.add(ban);
  packer.flush();
  return batches;
}

function unpack(batches: readonly BanBatch[]): Ban[] {
  const bans: Ban[] = [];
  for (const batch of batches) unpackBans(batch, (ban) => bans.push(ban));
  return bans;
}

for (const family of [4, 6] as const) {
  const bans = sampleBans(family, COUNT);
  const batches = pack(bans);
  assertEquals(unpack(batches), bans);
  const group = `hand over ${COUNT} bans, IPv${family}`;
  // What a message costs that holds the bans as they are.
  Deno.bench("as objects", { group, baseline: true }, () => void structuredClone(bans));
  Deno.bench("pack", { group }, () => void pack(bans));
  Deno.bench("unpack", { group }, () => void unpack(batches));
}
