import { assert, assertEquals } from "@std/assert";
import { CSV_TABLES } from "../../lib/report/table_name.ts";
import { csvReport } from "../../lib/report/csv_report.ts";
import { hostileBans } from "./hostile_bans.ts";
import { ban, reportOf } from "./report_of.ts";

/** Reads CSV as RFC 4180 has it, and nothing else. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let rest = text;
  while (rest !== "") {
    const row: string[] = [];
    for (let end = ","; end === ",";) {
      const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest);
      assert(match, rest.slice(0, 80));
      const [all, quoted, plain = ""] = match;
      row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      end = match[3] ?? "";
      rest = rest.slice(all.length);
    }
    rows.push(row);
  }
  return rows;
}

Deno.test("each table is CSV with as many cells in each line, and no formula", () => {
  const report = reportOf({ bans: hostileBans(), list: "192.0.2.1\n" });
  for (const table of CSV_TABLES) {
    const rows = parseCsv([...csvReport(report, table)].join(""));
    assert(rows.length > 1, table);
    for (const row of rows) {
      assertEquals(row.length, rows[0]?.length);
      for (const cell of row) {
        assertEquals(/^\s*[=+\-@]/.test(cell), false, cell);
        // deno-lint-ignore no-control-regex
        assertEquals(/[\x00-\x1f\x7f-\x9f\u202e]/.test(cell), false, cell);
      }
    }
  }
});

Deno.test("offenders and networks say what is on the list, and nothing where there is none", () => {
  const bans = ["192.0.2.1", "192.0.2.1", "192.0.2.2"].map((one) => ban(one, "03-05 10:00"));
  const rows = (list?: string) => {
    const report = reportOf({ bans, ...list === undefined ? {} : { list } });
    return (["offenders", "networks"] as const).map((table) =>
      [...csvReport(report, table)].join("")
    );
  };
  const time = "2026-03-05T10:00:00";
  const heads = [
    "address,bans,first,last,jails,listed\r\n",
    "network,addresses,offenders,bans,first,last,listed\r\n",
  ];
  const lines = [`192.0.2.1,2,${time},${time},sshd:2,`, `192.0.2.0/24,2,1,3,${time},${time},`];
  assertEquals(rows("192.0.2.1\n"), [
    `${heads[0]}${lines[0]}yes\r\n`,
    `${heads[1]}${lines[1]}no\r\n`,
  ]);
  assertEquals(rows(), [`${heads[0]}${lines[0]}\r\n`, `${heads[1]}${lines[1]}\r\n`]);
});
