import { assertEquals, assertMatch } from "@std/assert";
import { VERSION } from "../lib/cli/version.ts";

const ROOT = new URL("../", import.meta.url);

Deno.test("the change log begins with the version, released or not", async () => {
  const text = await Deno.readTextFile(new URL("CHANGELOG.md", ROOT));
  const heads = [...text.matchAll(/^## (.*)$/gm)].map(([, head = ""]) => head);
  const shapes = /^(?:Unreleased \((\d+\.\d+\.\d+)\)|(\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\))$/;
  for (const head of heads) assertMatch(head, shapes);
  const versions = heads.map((head) => shapes.exec(head)?.slice(1, 3).join(""));
  assertEquals(versions[0], VERSION);
  assertEquals(new Set(versions).size, versions.length);
  const dates = heads.flatMap((head) => shapes.exec(head)?.[3] ?? []);
  assertEquals(dates, dates.toSorted().reverse());
  assertEquals(dates.length >= heads.length - 1, true, "only the first head may be unreleased");
});
