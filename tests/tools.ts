/**
 * Tests that need a program of the system, or root, and say so where it is missing.
 *
 * With `PERMABAN_REQUIRE_TOOLS=1`, as in CI, what is missing fails the test instead of skipping it.
 *
 * @module
 */

const REQUIRED = Deno.env.get("PERMABAN_REQUIRE_TOOLS") === "1";
const FOLDERS = [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin", "/sbin"];

/** Where a program is, or `undefined`. */
export function findTool(name: string): string | undefined {
  return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/**
 * Registers a test that needs programs; `root` among them stands for the right to make network
 * namespaces.
 */
export function testWith(
  tools: readonly string[],
  name: string,
  body: (t: Deno.TestContext) => Promise<void> | void,
): void {
  const missing = tools.filter((tool) => tool === "root" ? Deno.uid() !== 0 : !findTool(tool));
  const isSkipped = missing.length > 0 && !REQUIRED;
  Deno.test({
    name: isSkipped ? `${name} (skipped: needs ${missing.join(", ")})` : name,
    ignore: isSkipped,
    fn: (t) => {
      if (missing.length > 0) throw new Error(`This test needs ${missing.join(", ")}`);
      return body(t);
    },
  });
}
