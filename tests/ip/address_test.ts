import { assertEquals } from "@std/assert";
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from "../../lib/ip/address.ts";
import { random } from "../random.ts";

Deno.test("parseIpv4() reads dotted quads and nothing else", () => {
  assertEquals(parseIpv4("0.0.0.0"), 0);
  assertEquals(parseIpv4("255.255.255.255"), 0xffffffff);
  assertEquals(parseIpv4("192.0.2.1"), 0xc0000201);
  for (
    const text of [
      "",
      ".",
      "1",
      "1.2.3",
      "1.2.3.",
      ".1.2.3",
      "1..2.3",
      "1.2.3.4.",
      "1.2.3.4.5",
      "01.2.3.4",
      "1.2.3.00",
      "256.1.1.1",
      "1.1.1.999",
      " 1.2.3.4",
      "1.2.3.4 ",
      "1.2.3.4\n",
      "1,2,3,4",
      "0x1.2.3.4",
      "+1.2.3.4",
      "-1.2.3.4",
      "1e1.2.3.4",
      "٣.2.3.4",
      "1.2.3.4\0",
    ]
  ) assertEquals(parseIpv4(text), undefined, JSON.stringify(text));
});

Deno.test("parseIpv6() reads the forms of RFC 4291", () => {
  const one = (text: string) => parseIpv6(text)?.toString(16);
  assertEquals(one("::"), "0");
  assertEquals(one("::1"), "1");
  assertEquals(one("1::"), "1" + "0".repeat(28));
  assertEquals(one("2001:DB8:0:0:8:800:200C:417A"), "20010db80000000000080800200c417a".slice(0));
  assertEquals(one("2001:db8::8:800:200c:417a"), "20010db80000000000080800200c417a");
  assertEquals(one("::13.1.68.3"), "d014403");
  assertEquals(one("::FFFF:129.144.52.38"), "ffff81903426");
  assertEquals(one("1:2:3:4:5:6:7::"), "10002000300040005000600070000");
  assertEquals(one("::2:3:4:5:6:7:8"), "2000300040005000600070008");
});

Deno.test("parseIpv6() refuses everything else", () => {
  for (
    const text of [
      "",
      ":",
      ":::",
      "1:",
      ":1",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "12345::",
      "1:2:3:4:5:6:7:8::",
      "::1:2:3:4:5:6:7:8",
      "g::",
      "::1%eth0",
      "[::1]",
      "::1/128",
      "::1.2.3",
      "1.2.3.4::",
      "::1.2.3.4:5",
      "1:2:3:4:5:6:7:1.2.3.4",
      ":: ",
      " ::",
      "::\n",
      "0x1::",
      "-1::",
      "1:2:3:4:5:6:7:8".repeat(9),
    ]
  ) assertEquals(parseIpv6(text), undefined, JSON.stringify(text));
});

Deno.test("formatIpv6() prints as RFC 5952 wants it", () => {
  const again = (text: string) => formatIpv6(parseIpv6(text) ?? -1n);
  assertEquals(again("2001:0DB8::0001"), "2001:db8::1");
  assertEquals(again("2001:db8:0:0:0:0:2:1"), "2001:db8::2:1");
  assertEquals(again("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1", "one group is not shortened");
  assertEquals(again("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1", "the longest run is");
  assertEquals(again("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1", "the first of two");
  assertEquals(again("0:0:0:0:0:0:0:0"), "::");
  assertEquals(again("1:0:0:0:0:0:0:0"), "1::");
  assertEquals(again("0:0:0:0:0:0:0:1"), "::1");
});

Deno.test("addresses print and parse back", () => {
  const next = random(1);
  for (let round = 0; round < 5000; round++) {
    const four = Math.floor(next() * 2 ** 32);
    assertEquals(parseIpv4(formatIpv4(four)), four);
    // Groups are often zero, so that runs of them come in all places.
    let six = 0n;
    for (let group = 0; group < 8; group++) {
      six = six << 16n | BigInt(next() < 0.5 ? 0 : Math.floor(next() * 65536));
    }
    assertEquals(parseIpv6(formatIpv6(six)), six);
  }
});
