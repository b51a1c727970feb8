import { assert, assertEquals } from "@std/assert";
import { parseNetwork } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { eachFlatBan, FlatBanRows } from "../../lib/log/flat_bans.ts";
import { random } from "../random.ts";
import { flattened } from "./flattened.ts";

Deno.test("rows give bans back as they came, whatever numbers their jails had", () => {
  const next = random(16);
  const below = (most: number) => Math.floor(next() * most);
  const texts = ["0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "2001:db8::1", "ffff::ffff"];
  const bans: Ban[] = Array.from({ length: 20_000 }, () => ({
    network: parseNetwork(texts[below(texts.length)] ?? ""),
    jail: `jail ${below(below(2) ? 3 : 300)}`,
    time: below(1e10) - 1e9,
    restored: below(2) === 1,
  }));
  const found: Ban[] = [];
  let taken = 0;
  const take = () => {
    taken++;
    eachFlatBan(structuredClone(rows.take()), (ban) => found.push(ban));
  };
  const rows = new FlatBanRows(take);
  for (let at = 0; at < bans.length;) {
    const piece = bans.slice(at, at + below(200));
    rows.add(flattened(piece));
    at += piece.length;
  }
  assert(taken > 3);
  take();
  assertEquals(found, bans);
});
