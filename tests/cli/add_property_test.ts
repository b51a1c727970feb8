import { assertEquals } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import { random } from "../random.ts";
import { Place } from "./place.ts";
import { TestHost } from "./test_host.ts";

const NETWORKS = [
  ...["45.2.3.4", "45.2.3.5", "45.2.3.4/31", "45.2.3.0/24", "45.2.0.0/16", "45.3.0.0/16"],
  ...["2a0a::1", "2a0a::/64", "2a0a::/48", "2a0a:0:0:1::/64"],
];
const SINCE = "permaban since=2019-11-22T14:00:00Z";
const NOTES = [
  ...["", "", " # a remark", ` # ${SINCE}`, ` # ${SINCE} bans=3 jails=a:3 later=1`],
  ...[
    ` # ${SINCE} until=2020-01-01`,
    " # until=2020-01-01T00:00:00Z",
    ` # ${SINCE} until=2999-01-01`,
  ],
  ` # ${SINCE} until=2999-01-01 until=2020-01-01`,
];

Deno.test("what add - and import take over blocks as the list that they read", async () => {
  const next = random(21);
  const pick = (words: readonly string[]) => words[Math.floor(next() * words.length)] ?? "";
  for (let round = 0; round < 80; round++) {
    using place = new Place();
    const lines = (most: number) =>
      Array.from({ length: Math.floor(next() * most) }, () => pick(NETWORKS) + pick(NOTES) + "\n");
    const [before, input] = [lines(3).join(""), lines(8).join("")];
    const both = place.write("both", before + input);
    const asked = place.write("asked", input);
    const [added, imported] = ["added", "imported"].map((name) => place.write(name, before));
    const lists = ["--allowlist", place.write("none", ""), "--state", place.at("state")];
    const blocked = async (list = "") => {
      const words = ["restore", "--format", "nft", "--json", "-q", "--blocklist", list, ...lists];
      const { networks } = JSON.parse((await place.run(...words)).stdout);
      return networks;
    };
    const host = new TestHost();
    host.input = new TextEncoder().encode(input);
    await run(["add", "-", "-q", "--blocklist", added ?? "", ...lists], host);
    await place.run("import", asked, "-q", "--blocklist", imported ?? "", ...lists);
    const wanted = await blocked(both);
    assertEquals(await blocked(added), wanted, before + "+\n" + input);
    assertEquals(await blocked(imported), wanted, before + "+\n" + input);
  }
});
