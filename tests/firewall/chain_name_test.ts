import { assertEquals, assertMatch } from "@std/assert";
import {
  branchName,
  branchStem,
  faultOfChain,
  faultOfHook,
  meantHook,
} from "../../lib/firewall/chain_name.ts";

Deno.test("faultOfChain() lets good names pass and no others", () => {
  for (const name of ["permaban", "f2b-sshd", "a".repeat(28), "x.y_z:1+2"]) {
    assertEquals(faultOfChain(name), undefined, name);
  }
  assertMatch(faultOfChain("a".repeat(29)) ?? "", /at most 28/);
  for (
    const name of ["", "-x", "!x", "a b", "a\tb", "a\nb", "a'b", "ä", "a*", "a/b", '"'] as const
  ) {
    assertMatch(faultOfChain(name) ?? "", /is made of/, name);
  }
  assertMatch(faultOfChain("INPUT") ?? "", /chain of the kernel/);
  assertMatch(faultOfChain("PREROUTING") ?? "", /chain of the kernel/);
  for (const name of ["DROP", "standard", "ERROR"]) {
    assertMatch(faultOfChain(name) ?? "", /name of a target/);
  }
});

Deno.test("faultOfHook() knows which chains a table has", () => {
  const fault = (hook: string, table = "filter") => faultOfHook(hook, table, "permaban");
  assertEquals(fault("INPUT"), undefined);
  assertEquals(fault("DOCKER-USER"), undefined);
  assertEquals(fault("PREROUTING", "raw"), undefined);
  assertMatch(fault("INPUT", "raw") ?? "", /"raw" has no chain "INPUT", it has PREROUTING$/);
  assertMatch(fault("PREROUTING") ?? "", /has no chain/);
  assertMatch(fault("permaban") ?? "", /jump to itself/);
  assertMatch(fault("permaban..1") ?? "", /further chain/);
  assertMatch(fault("other..z9") ?? "", /further chain/);
  for (const table of ["filter", "mangle", "raw", "security"]) {
    assertMatch(fault("OUTPUT", table) ?? "", /nobody to block/);
    assertMatch(fault("POSTROUTING", table) ?? "", /nobody to block/);
  }
  assertMatch(fault("ACCEPT") ?? "", /name of a target/);
  assertMatch(fault("x\n-F") ?? "", /is made of/);
});

Deno.test("meantHook() knows chains of the kernel in other letters", () => {
  const meant = ["input", "Forward", "INPUT", "prerouting", "f2b-sshd"].map((name) => {
    return meantHook(name, "filter");
  });
  assertEquals(meant, ["INPUT", "FORWARD", undefined, undefined, undefined]);
});

Deno.test("the names of a tree's chains fit and never meet those of another one", () => {
  const long = "x".repeat(27);
  const chains = ["p", "permaban", "permaban.", `${long}a`, `${long}b`, long, "y".repeat(21)];
  const stems = chains.map(branchStem);
  assertEquals(new Set(stems).size, stems.length);
  for (const chain of chains) {
    const name = branchName(chain, 36 ** 5 - 1);
    assertEquals(name.length <= 28, true, name);
    // Nobody else can have asked for a chain of that name.
    assertEquals(faultOfChain(name) === undefined, false, name);
    assertEquals(name.startsWith(branchStem(chain)), true);
  }
  assertEquals(branchName("permaban", 71), "permaban..1z");
});

Deno.test("no name can be asked for whose further chains are those of a longer one", () => {
  const stem = branchStem("a".repeat(28)).slice(0, -"..".length);
  assertEquals(branchStem(stem), branchStem("a".repeat(28)));
  assertMatch(faultOfChain(stem) ?? "", /leave out "\+\+"/);
});
