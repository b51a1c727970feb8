import { assertEquals } from "@std/assert";
import { readBlocklist } from "../../lib/blocklist/blocklist_file.ts";
import { joinBytes } from "../join_bytes.ts";
import { Folder } from "../folder.ts";

const PART = 1 << 18;

Deno.test("readBlocklist() gives a file in parts of whole lines", () => {
  using folder = new Folder();
  const line = "192.0.2.1 # x\n";
  for (
    const text of [
      "",
      "\n",
      "192.0.2.1",
      line,
      // The end of a part on, before and behind the end of a line.
      "#".repeat(PART - 1) + "\n" + line,
      "#".repeat(PART) + "\n" + line,
      "#".repeat(PART - 2) + "\n" + line,
      // Lines that no part has room for at first.
      line + "#".repeat(3 * PART) + "\n" + line,
      line.repeat(50_000) + "#".repeat(PART),
      line.repeat(100_000) + "192.0.2.2",
    ]
  ) {
    const parts = Array.from(
      readBlocklist(folder.write("list", text)) ?? [],
      (part) => part.slice(),
    );
    assertEquals(new TextDecoder().decode(joinBytes(parts)) === text, true, text.slice(0, 20));
    for (const part of parts.slice(0, -1)) assertEquals(part.at(-1), 0x0a);
    assertEquals(parts.every(({ length }) => length > 0), true);
  }
});

Deno.test("readBlocklist() tells a file that is not there from one that cannot be read", () => {
  using folder = new Folder();
  assertEquals(readBlocklist(folder.at("none")), undefined);
  let message = "";
  try {
    for (const _ of readBlocklist(folder.path) ?? []) break;
  } catch (error) {
    message = String(error);
  }
  assertEquals(message.includes("directory"), true, message);
});
