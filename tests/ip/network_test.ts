import { assertEquals, assertThrows } from "@std/assert";
import {
  compareNetworks,
  formatNetwork,
  isWide,
  parseNetwork,
  shorten,
} from "../../lib/ip/network.ts";

Deno.test("parseNetwork() keeps networks canonical", () => {
  for (
    const [text, printed] of [
      ["192.0.2.1", "192.0.2.1"],
      ["192.0.2.1/32", "192.0.2.1"],
      ["192.0.2.0/24", "192.0.2.0/24"],
      ["0.0.0.0/0", "0.0.0.0/0"],
      ["128.0.0.0/1", "128.0.0.0/1"],
      ["2001:DB8::1/128", "2001:db8::1"],
      ["2001:DB8:0::/48", "2001:db8::/48"],
      ["::/0", "::/0"],
      ["::ffff:192.0.2.1", "192.0.2.1"],
      ["::FFFF:c000:201", "192.0.2.1"],
      ["::ffff:192.0.2.0/120", "192.0.2.0/24"],
      ["::ffff:0:0/96", "0.0.0.0/0"],
    ] as const
  ) assertEquals(formatNetwork(parseNetwork(text)), printed, text);
});

Deno.test("parseNetwork() says what is wrong and what would be right", () => {
  for (
    const [text, fault] of [
      ["10.0.0.1/8", 'host bits are set, did you mean "10.0.0.0/8"'],
      ["2001:db8::1/64", 'host bits are set, did you mean "2001:db8::/64"'],
      ["::ffff:192.0.2.1/120", 'host bits are set, did you mean "192.0.2.0/24"'],
      ["10.0.0.0/33", "the prefix length must be a number from 0 to 32"],
      ["10.0.0.0/", "the prefix length must be a number from 0 to 32"],
      ["10.0.0.0/08", "the prefix length must be a number from 0 to 32"],
      ["10.0.0.0/8/8", "the prefix length must be a number from 0 to 32"],
      ["2001:db8::/129", "the prefix length must be a number from 0 to 128"],
      ["1.2.3", "an IPv4 address has four numbers with dots between"],
      ["1.2.3.256", "a number is greater than 255"],
      ["1.2.3.04", "a number has a leading zero"],
      ["fe80::1%eth0", "a zone name cannot be blocked, leave it out"],
      ["[::1]", "leave the brackets out"],
      ["example.org", "expected an IPv4 or IPv6 address, or one with a prefix length"],
    ] as const
  ) assertThrows(() => parseNetwork(text), SyntaxError, `Cannot parse network "${text}": ${fault}`);
});

Deno.test("shorten() widens and never narrows", () => {
  const widen = (text: string, prefix: number) =>
    formatNetwork(shorten(parseNetwork(text), prefix));
  assertEquals(widen("192.0.2.255", 24), "192.0.2.0/24");
  assertEquals(widen("192.0.2.0/24", 32), "192.0.2.0/24");
  assertEquals(widen("255.255.255.255", 1), "128.0.0.0/1");
  assertEquals(widen("255.255.255.255", 0), "0.0.0.0/0");
  assertEquals(widen("2001:db8:1:2:3::4", 64), "2001:db8:1:2::/64");
  assertEquals(widen("ffff::", 0), "::/0");
});

Deno.test("isWide() draws the line at /8 and /19", () => {
  const wide = (text: string) => isWide(parseNetwork(text));
  assertEquals([wide("10.0.0.0/8"), wide("10.0.0.0/7")], [false, true]);
  assertEquals([wide("2001::/19"), wide("2000::/18")], [false, true]);
});

Deno.test("compareNetworks() puts IPv4 first, then orders by address and width", () => {
  const sorted = ["::", "9.0.0.0/8", "2001:db8::", "10.0.0.1", "9.0.0.0", "10.0.0.0/31", "::/64"]
    .map(parseNetwork).sort(compareNetworks).map(formatNetwork);
  assertEquals(sorted, [
    "9.0.0.0/8",
    "9.0.0.0",
    "10.0.0.0/31",
    "10.0.0.1",
    "::/64",
    "::",
    "2001:db8::",
  ]);
});
