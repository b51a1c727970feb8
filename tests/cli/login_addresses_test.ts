import { assertEquals } from "@std/assert";
import { addressesInUtmp, loginAddresses } from "../../lib/cli/login_addresses.ts";
import { Folder } from "../folder.ts";
import { TestHost } from "./test_host.ts";

/** A record of utmp(5) as glibc has it: with times of 32 bits 384 bytes, with such of 64 bits 400. */
function record(size: 384 | 400, type: number, address: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes[0] = type;
  bytes.set(new TextEncoder().encode("pts/0"), 8);
  bytes.set(new TextEncoder().encode("root"), 44);
  bytes.set(address, size === 384 ? 348 : 360);
  return bytes;
}

const FOUR = [203, 0, 113, 9];
const SIX = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...FOUR];

Deno.test("addressesInUtmp() finds where users are logged in from", () => {
  for (const size of [384, 400] as const) {
    const records = [
      record(size, 2, SIX),
      record(size, 7, FOUR),
      record(size, 8, [203, 0, 113, 8]),
      record(size, 7, []),
      record(size, 7, SIX),
      record(size, 7, MAPPED),
    ];
    const file = new Uint8Array(records.flatMap((bytes) => [...bytes]));
    assertEquals(addressesInUtmp(file), ["203.0.113.9", "2001:db8::9", "::ffff:cb00:7109"]);
  }
  assertEquals(addressesInUtmp(new Uint8Array(0)), []);
  assertEquals(addressesInUtmp(new TextEncoder().encode("x".repeat(384))), []);
  assertEquals(addressesInUtmp(record(384, 7, FOUR).subarray(1)), []);
});

Deno.test("loginAddresses() asks the environment, systemd and utmp", () => {
  using folder = new Folder();
  const host = new TestHost();
  host.runFolder = folder.path;
  assertEquals(loginAddresses(host), []);
  host.variables["SSH_CONNECTION"] = "203.0.113.1 5 203.0.113.2 22";
  host.variables["SSH_CLIENT"] = "203.0.113.1 5 22";
  folder.write("systemd/sessions/1", "UID=0\nREMOTE=1\nREMOTE_HOST=2001:db8::4\nTTY=pts/0\n");
  folder.write("systemd/sessions/c2", "UID=0\nREMOTE=0\n");
  folder.write("systemd/sessions/3.ref", "");
  Deno.writeFileSync(folder.at("utmp"), record(384, 7, FOUR));
  assertEquals(loginAddresses(host), ["203.0.113.1", "2001:db8::4", "203.0.113.9"]);
});
