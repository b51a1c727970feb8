import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join, relative } from "@std/path/posix";
import { walk } from "@std/fs/walk";

const ROOT = dirname(dirname(fromFileUrl(import.meta.url)));

/** The way of the data; a part may use what stands before it. */
const FLOW = ["ip", "file", "log", "offender", "blocklist", "firewall", "report", "setup", "cli"];
/** Parts that may mention the runtime because they read or write; all else is pure. */
const TOUCHING = [
  "lib/file/file_stamp.ts",
  "lib/file/is_there.ts",
  "lib/file/lock_file.ts",
  "lib/file/read_file.ts",
  "lib/file/replace_file.ts",
  "lib/file/trusted_file.ts",
  "lib/log/find_logs.ts",
  "lib/log/log_file.ts",
  "lib/log/log_sight.ts",
  "lib/log/log_task.ts",
  "lib/log/open_log.ts",
  "lib/log/open_logs.ts",
  "lib/log/gunzip.ts",
  "lib/log/read_task.ts",
  "lib/log/scan_logs.ts",
  "lib/log/system_reason.ts",
  "lib/offender/history.ts",
  "lib/offender/history_bytes.ts",
  "lib/blocklist/blocklist_file.ts",
  "lib/blocklist/journal_file.ts",
  "lib/setup/root_folder.ts",
  "lib/cli/host.ts",
  "main.ts",
];

async function sources(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const top of ["main.ts", "mod.ts"]) found.set(top, await Deno.readTextFile(join(ROOT, top)));
  for await (const { path } of walk(join(ROOT, "lib"), { exts: ["ts"], includeDirs: false })) {
    found.set(relative(ROOT, path), await Deno.readTextFile(path));
  }
  return found;
}

function importsOf(source: string): string[] {
  const code = source.replaceAll(/^ \*.*$/gm, "");
  const fixed = code.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"/gm);
  const onDemand = code.matchAll(/\bimport\("([^"]+)"\)/g);
  return [...fixed, ...onDemand].map(([, name = ""]) => name);
}

Deno.test("modules import against the flow of the data only", async () => {
  const wrong: string[] = [];
  for (const [path, source] of await sources()) {
    const part = /^lib\/([^/]+)\//.exec(path)?.[1];
    if (part === undefined) continue;
    const own = FLOW.indexOf(part);
    assertEquals(own >= 0, true, `${path} is in a part that the flow does not know`);
    for (const name of importsOf(source)) {
      if (!name.startsWith(".")) continue;
      const target = relative(ROOT, join(ROOT, dirname(path), name));
      const other = /^lib\/([^/]+)\//.exec(target)?.[1];
      if (other === undefined ? target === "deno.json" : FLOW.indexOf(other) <= own) continue;
      wrong.push(`${path} imports ${target}`);
    }
  }
  assertEquals(wrong, []);
});

/** What a module needs before it runs, itself included: not types, nor what is loaded on demand. */
function neededBy(path: string, all: ReadonlyMap<string, string>, found = new Set<string>()) {
  if (found.has(path)) return found;
  found.add(path);
  const code = (all.get(path) ?? "").replaceAll(/^ \*.*$/gm, "");
  for (
    const [, what = "", name = ""] of code.matchAll(
      /^(?:import|export)\b([^;]*?)\bfrom "(\.[^"]+)"/gm,
    )
  ) {
    if (/^ type\b/.test(what)) continue;
    neededBy(relative(ROOT, join(ROOT, dirname(path), name)), all, found);
  }
  return found;
}

Deno.test("check loads neither the scanner nor the history until there is a need", async () => {
  const all = await sources();
  const heavy = ["lib/log/scan_logs.ts", "lib/log/byte_search.ts", "lib/log/ban_finder.ts"];
  const history = "lib/offender/history.ts";
  const needed = neededBy("lib/cli/check_command.ts", all);
  assertEquals([...heavy, history].filter((path) => needed.has(path)), []);
  assertEquals([...needed].every((path) => all.has(path)), true);
  // These need what check does not.
  assertEquals(heavy.every((path) => neededBy("lib/cli/full_scan.ts", all).has(path)), true);
  assertEquals(neededBy("lib/cli/history_command.ts", all).has(history), true);
});

Deno.test("only modules that read or write touch the runtime", async () => {
  const touching: string[] = [];
  for (const [path, source] of await sources()) {
    const code = source.replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gm, "");
    if (/\bDeno\.|"node:(?:fs|zlib|process)"/.test(code)) touching.push(path);
  }
  assertEquals(touching.sort(), TOUCHING.toSorted());
});

Deno.test("the library never asks for the clock, the arguments or the console", async () => {
  for (const [path, source] of await sources()) {
    if (path === "main.ts" || path === "lib/cli/host.ts") continue;
    const code = source.replaceAll(/^\s*(?:\*|\/\/|\/\*).*$/gm, "");
    assertEquals(
      /Date\.now|new Date\(\)|performance\.|console\.|Deno\.(?:args|exit|env)/.test(code),
      false,
      path,
    );
  }
});

Deno.test("packages are imported by the names of deno.json", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const second = JSON.parse(await Deno.readTextFile(join(ROOT, "tools/npm_imports.json"))).imports;
  for (const name of Object.keys(imports)) {
    assertEquals(name in second, true, `${name} in both maps`);
  }
  for (const [path, source] of await sources()) {
    for (const name of importsOf(source)) {
      if (name.startsWith(".") || name.startsWith("node:")) continue;
      assertEquals(name in imports, true, `${path} imports ${name}`);
    }
  }
});
