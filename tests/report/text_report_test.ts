import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { bar, cut, textTable } from "../../lib/report/text_table.ts";
import { textReport } from "../../lib/report/text_report.ts";
import { random } from "../random.ts";
import { hostileBans } from "./hostile_bans.ts";
import { ban, NOW, reportOf } from "./report_of.ts";

/** A report with long addresses, big numbers and hostile jails. */
function fullReport() {
  const next = random(3);
  const many = Array.from({ length: 3000 }, () => {
    const host = Math.floor(next() * 5);
    const address = next() < 0.5 ? `192.0.2.${host}` : `2001:db8:aaaa:bbb${host}:cccc::1`;
    return { ...ban(address, "03-05 10:00"), time: NOW - Math.floor(next() * 30 * 86_400) };
  });
  const bans = [...many, ...hostileBans()];
  return reportOf({ bans, list: "192.0.2.1\n", source: { kind: "logs", files: [] } });
}

Deno.test("a text fits its width and says nothing that moves the cursor", () => {
  const report = fullReport();
  for (let width = 60; width < 140; width++) {
    for (const line of textReport(report, { width, isColored: false }).split("\n")) {
      assert([...line].length <= width, `${width}: ${line}`);
      // deno-lint-ignore no-control-regex
      assertEquals(/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), false, line);
    }
  }
  const narrow = textReport(report, { width: 60, isColored: false });
  assertEquals(textReport(report, { width: 10, isColored: false }), narrow);
  assertStringIncludes(narrow, "2001:db8:aaaa:bbb1::/64");
});

Deno.test("colours are all that colour adds", () => {
  const report = fullReport();
  const colored = textReport(report, { width: 80, isColored: true });
  assertStringIncludes(colored, "\x1b[1mJAIL");
  assertStringIncludes(colored, "\x1b[36m#");
  assertEquals(
    // deno-lint-ignore no-control-regex
    colored.replaceAll(/\x1b\[\d+m/g, ""),
    textReport(report, { width: 80, isColored: false }),
  );
});

Deno.test("without bans there is little to say", () => {
  const text = textReport(reportOf({ bans: [] }), { width: 80, isColored: false });
  assertEquals(
    text,
    `Bans since 2025-03-31T12:00:00
Read in 0 logs

bans       0
addresses  0  several in 0 networks (/24, /48)
offenders  0  2 bans or more
blocklist  -  there is none
`,
  );
});

Deno.test("columns that there is no room for go, the most dispensable first", () => {
  const columns = [
    { heading: "A" },
    { heading: "B", dispensable: 1, isNumber: true },
    { heading: "C", dispensable: 2 },
    { heading: "" },
  ];
  const rows = [["aaaa", "1", "cccc", (room: number) => bar(0.5, room)], ["a", "22", "c", "x"]];
  assertEquals(textTable(columns, rows, 24), [
    "A      B  C",
    "aaaa   1  cccc  ####",
    "a     22  c     x",
  ]);
  assertEquals(textTable(columns, rows, 21), ["A      B", "aaaa   1  ######", "a     22  x"]);
  assertEquals(textTable(columns, rows, 14), ["A", "aaaa  ####", "a     x"]);
});

Deno.test("texts are cut at characters, bars are there if anything is", () => {
  assertEquals([cut("abc", 3), cut("abcd", 3), cut("😀😀😀", 3), cut("😀😀😀😀", 3)], [
    "abc",
    "ab…",
    "😀😀😀",
    "😀😀…",
  ]);
  assertEquals([bar(0, 10), bar(0.001, 10), bar(1, 10)], ["", "#", "##########"]);
});
