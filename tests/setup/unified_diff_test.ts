import { assertEquals } from "@std/assert";
import { unifiedDiff } from "../../lib/setup/unified_diff.ts";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";
import { testWith } from "../tools.ts";

Deno.test("unifiedDiff() shows changes with what is around them", () => {
  const before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n";
  const after = before.replace("b\n", "B\n").replace("k\n", "");
  assertEquals(
    unifiedDiff({ path: "/etc/x", before, after, mode: 0o644 }),
    "diff --git a/etc/x b/etc/x\n--- a/etc/x\n+++ b/etc/x\n" +
      "@@ -1,5 +1,5 @@\n a\n-b\n+B\n c\n d\n e\n" +
      "@@ -8,5 +8,4 @@\n h\n i\n j\n-k\n l\n",
  );
  assertEquals(unifiedDiff({ path: "/x", before, after: before, mode: 0o644 }), "");
  assertEquals(
    unifiedDiff({ path: "/x", before: undefined, after: "one\n", mode: 0o755 }),
    "diff --git a/x b/x\nnew file mode 100755\n--- /dev/null\n+++ b/x\n@@ -0,0 +1,1 @@\n+one\n",
  );
});

testWith(["git"], "git applies unifiedDiff() of any texts", async () => {
  using folder = new Folder();
  const next = random(7);
  const text = () => {
    const lines = Array.from(
      { length: Math.floor(next() * 30) },
      () => "abc"[Math.floor(next() * 3)],
    );
    return lines.map((line) => `${line}\n`).join("") + (next() < 0.2 ? "no end" : "");
  };
  const edited = (old: string) => old.split("\n").filter(() => next() < 0.9).join("\n");
  let diff = "";
  const expected = new Map<string, string | undefined>();
  for (let round = 0; round < 300; round++) {
    const before = next() < 0.1 ? undefined : text();
    const after = next() < 0.1 ? undefined : next() < 0.5 ? edited(before ?? "x\n") : text();
    const path = `/deep/${round}`;
    if (before !== undefined) folder.write(path, before);
    expected.set(path, after);
    diff += unifiedDiff({ path, before, after, mode: 0o644 });
  }
  const patch = folder.write("patch", diff);
  const { success, stderr } = await new Deno.Command("git", {
    args: ["apply", "--whitespace=nowarn", patch],
    cwd: folder.path,
    env: { GIT_CEILING_DIRECTORIES: folder.path },
  }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
  for (const [path, text] of expected) {
    let now: string | undefined;
    try {
      now = folder.read(path);
    } catch {
      // It was removed.
    }
    assertEquals(now, text, path);
  }
});
