import { assertEquals } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import { lines, Place } from "./place.ts";
import { TestHost } from "./test_host.ts";

Deno.test("a scan does not put back what is removed or allowed while it reads", async () => {
  for (
    const [words, expected] of [
      [["remove", "192.0.2.1"], ["192.0.2.2"]],
      [["remove", "192.0.2.1", "--no-pardon"], ["192.0.2.1", "192.0.2.2"]],
      [["pardon", "192.0.2.0/30"], ["192.0.2.3"]],
      [["allow", "add", "192.0.2.2"], ["192.0.2.3"]],
    ] as const
  ) {
    using place = new Place();
    const lists = ["--state", place.state, "--allowlist", place.write("allow", "")];
    Deno.mkdirSync(place.state);
    place.write("state/blocklist", words[0] === "remove" ? "192.0.2.1\n" : "192.0.2.3\n");
    const host = new TestHost();
    host.input = new TextEncoder().encode(lines("192.0.2.1", 9) + lines("192.0.2.2", 9)) as never;
    const { read } = host.stdin;
    let isDone = false;
    host.stdin.read = async (buffer) => {
      if (!isDone) assertEquals((await place.run(...words, ...lists)).status, 0);
      isDone = true;
      return await read(buffer);
    };
    const scan = ["scan", "-", "--update", "--min-bans", "5", ...lists];
    assertEquals(await run(scan, host), 0, host.stderrText);
    const isFirst = words[0] === "allow" ? ["192.0.2.1"] : [];
    assertEquals(place.blocklist().sort(), [...expected, ...isFirst].sort(), words.join(" "));
  }
});
