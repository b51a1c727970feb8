import { assert, assertEquals } from "@std/assert";
import { parseNetwork } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { type BanBatch, BanPacker, unpackBans } from "../../lib/log/ban_batch.ts";
import { random } from "../random.ts";

Deno.test("bans come out of batches as they went in, in their order", () => {
  const next = random(13);
  const texts = [
    "0.0.0.0/0",
    "192.0.2.1",
    "255.255.255.255",
    "198.51.100.0/24",
    "::/0",
    "::",
    "2001:db8::/48",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "0:0:0:1::/64",
  ];
  const networks = [undefined, ...texts.map(parseNetwork)];
  const bans: Ban[] = Array.from({ length: 30_000 }, (_, at) => ({
    network: networks[at % networks.length],
    jail: `jail ${Math.floor(next() * 300 * at / 30_000)}`,
    time: Math.floor(next() * 1e10) - 1e9,
    restored: next() < 0.3,
  }));
  const batches: BanBatch[] = [];
  const packer = new BanPacker((batch) => batches.push(structuredClone(batch)));
  bans.forEach((ban) => packer.add(ban));
  packer.flush();
  assert(batches.length > 2);
  const found: Ban[] = [];
  batches.forEach((batch) => unpackBans(batch, (ban) => found.push(ban)));
  assertEquals(found, bans);
});

Deno.test("a steady stream of bans takes six bytes each, and those of one address two", () => {
  for (const [addresses, bytes] of [[100, 6], [1, 2]] as const) {
    let length = 0;
    const packer = new BanPacker((batch) => length += batch.bytes.length);
    for (let at = 0; at < 9000; at++) {
      const network = parseNetwork(`192.0.2.${at % addresses}`);
      packer.add({ network, jail: `jail ${at % 8}`, time: 1.8e9 + at * 31, restored: false });
    }
    packer.flush();
    // The first has a long time and its address.
    assertEquals(length - bytes * 9000 < 10, true);
  }
});
