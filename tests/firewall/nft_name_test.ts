import { assertEquals, assertStringIncludes } from "@std/assert";
import { faultOfTable, readHook, readPriority } from "../../lib/firewall/nft_name.ts";

Deno.test("faultOfTable() takes what nft takes and nobody else has", () => {
  for (const name of ["permaban", "_a", "A1", "a.b", "a-b_c", "dropped", "x".repeat(28)]) {
    assertEquals(faultOfTable(name), undefined, name);
  }
  for (
    const [name, reason] of [
      ["x".repeat(29), "at most 28"],
      ["", "letters"],
      ["1a", "letters"],
      [".a", "letters"],
      ["a+b", "letters"],
      ["a:b", "letters"],
      ["a b", "letters"],
      ["a;b", "letters"],
      ["a\n", "letters"],
      ["drop", "word of nft"],
      ["rt0", "word of nft"],
      ["auto-merge", "word of nft"],
      ["filter", "table of others"],
      ["f2b-table", "table of others"],
    ] as const
  ) assertStringIncludes(faultOfTable(name) ?? "none", reason);
});

Deno.test("readHook() knows hooks as nft and as iptables spell them", () => {
  assertEquals(["input", "INPUT", "Input", "ingress", "DOCKER-USER", ""].map(readHook), [
    "input",
    "input",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("readPriority() knows numbers and the names of nft", () => {
  const texts = ["raw", "filter", "0", "-300", "+7", "2147483647", "-2147483648"];
  assertEquals(texts.map(readPriority), [-300, 0, 0, -300, 7, 2147483647, -2147483648]);
  for (
    const text of [
      "",
      "high",
      "srcnat",
      "1.5",
      "0x1",
      "2147483648",
      "-2147483649",
      "raw - 1",
      "toString",
    ]
  ) {
    assertEquals(typeof readPriority(text), "string", text);
  }
});
