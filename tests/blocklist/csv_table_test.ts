import { assertEquals } from "@std/assert";
import { csvRow, readCsv, withoutApostrophe } from "../../lib/blocklist/csv_table.ts";
import { random } from "../random.ts";

const rowsOf = (text: string, delimiter = ",") =>
  [...readCsv(text, delimiter)].map(({ cells, line }) => [line, ...cells]);

Deno.test("readCsv() reads tables as RFC 4180 has them", () => {
  assertEquals(rowsOf("a,b\r\n1,2\r\n"), [[1, "a", "b"], [2, "1", "2"]]);
  assertEquals(rowsOf('"a ""b""",",",\n\n"c\nd",e'), [
    [1, 'a "b"', ",", ""],
    [3, "c\nd", "e"],
  ]);
  assertEquals(rowsOf('"x\r\ny"\r\nz', ";"), [[1, "x\r\ny"], [3, "z"]]);
  assertEquals(rowsOf("a;b\tc", "\t"), [[1, "a;b", "c"]]);
  assertEquals(rowsOf('""\n""""'), [[1, ""], [2, '"']]);
  assertEquals(rowsOf(""), []);
});

Deno.test("readCsv() takes what is against the rules as it stands", () => {
  assertEquals(rowsOf('a"b,"c"d\ne'), [[1, 'a"b', "cd"], [2, "e"]]);
  const [row] = readCsv('x,"open\n1.2.3.4\n', ",");
  assertEquals([row?.cells, row?.isOpen], [["x", ""], true]);
});

Deno.test("csvRow() leaves nothing that a spreadsheet program would run", () => {
  for (const cell of ["=1+1", "+1", "-1", "@x", "'=1", "''-", "\t=1", "＝1"]) {
    const printed = csvRow([cell]).replace(/\r\n$/, "");
    assertEquals(/^"?'/.test(printed), true, cell);
  }
  assertEquals(csvRow(["a", "it's", "'x", "1-2", ""]), "a,it's,'x,1-2,\r\n");
});

Deno.test("tables print and parse back", () => {
  const next = random(22);
  const characters = [..."a1,;\"'=+-@\t\r\n #ü"];
  const cell = () =>
    Array.from(
      { length: Math.floor(next() * 6) },
      () => characters[Math.floor(next() * characters.length)],
    ).join("");
  for (let round = 0; round < 300; round++) {
    const rows = Array.from({ length: 1 + Math.floor(next() * 4) }, () => [cell(), cell(), cell()]);
    const read = [...readCsv(rows.map(csvRow).join(""), ",")];
    assertEquals(read.map(({ cells }) => cells.map(withoutApostrophe)), rows);
    assertEquals(read.some(({ isOpen }) => isOpen), false);
  }
});
