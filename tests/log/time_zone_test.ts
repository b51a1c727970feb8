import { assertEquals } from "@std/assert";
import {
  formatLocalDay,
  formatLocalTime,
  instantOf,
  parseBsdTime,
  parseIsoTime,
  remembering,
  type TimeZone,
  UTC,
} from "../../lib/log/time_zone.ts";
import { random } from "../random.ts";

const utc = (...parts: [number, number, number?, number?, number?, number?]) =>
  Date.UTC(...parts) / 1000;

/** Central Europe in 2026: an hour ahead, two from 29 March 01:00 UTC to 25 October 01:00 UTC. */
const BERLIN: TimeZone = {
  offsetAt: (instant) =>
    instant >= utc(2026, 2, 29, 1) && instant < utc(2026, 9, 25, 1) ? 7200 : 3600,
};

Deno.test("parseIsoTime() reads local and zoned times", () => {
  const wall = utc(2026, 10, 22, 14, 16, 31);
  assertEquals(parseIsoTime("2026-11-22 14:16:31,085"), { wall });
  assertEquals(parseIsoTime("2026-11-22T14:16:31"), { wall });
  assertEquals(parseIsoTime("2026-11-22T14:16:31.872437+10:00"), { wall, offset: 36_000 });
  assertEquals(parseIsoTime("2026-11-22T14:16:31-0230"), { wall, offset: -9000 });
  assertEquals(parseIsoTime("2026-11-22T14:16:31Z"), { wall, offset: 0 });
  assertEquals(parseIsoTime("2024-02-29 00:00:00")?.wall, utc(2024, 1, 29));
});

Deno.test("parseIsoTime() refuses times that never were", () => {
  for (
    const text of [
      "2026-02-29 00:00:00",
      "2026-04-31 00:00:00",
      "2026-13-01 00:00:00",
      "2026-00-01 00:00:00",
      "2026-01-00 00:00:00",
      "2026-01-01 24:00:00",
      "2026-01-01 00:60:00",
      "2026-01-01 00:00:61",
      "0000-01-01 00:00:00",
      "26-01-01 00:00:00",
      "2026-01-01",
      "1900-02-29 00:00:00",
      "2026-01-01 00:00",
      "2026-01-01 00:00:0x",
      "2026-01-01 00:00:00,",
      "2026-01-01 00:00:00,x",
      "2026-01-01 00:00:00 ",
      "2026-01-01 00:00:00+1",
      "2026-01-01 00:00:00,1Zulu",
      "2026-01-01 00:00:00+24:00",
      "2026-01-01 00:00:00-01:60",
      "2026/01/01 00:00:00",
      "2026-01-01_00:00:00",
      "2026-01-01 00.00.00",
      "",
    ]
  ) assertEquals(parseIsoTime(text), undefined, text);
});

Deno.test("parseBsdTime() takes the latest year that is not after the file", () => {
  const year = (text: string, notAfter: number) => {
    const time = parseBsdTime(text, notAfter, UTC);
    return time && new Date(time.wall * 1000).getUTCFullYear();
  };
  const newYear = utc(2026, 0, 1, 0, 0, 5);
  assertEquals(year("Jan  1 00:00:05", newYear), 2026);
  assertEquals(year("Dec 31 23:59:59", newYear), 2025);
  assertEquals(year("Jan  2 00:00:00", newYear), 2025);
  assertEquals(year("Feb 29 12:00:00", newYear), 2024);
  assertEquals(year("Feb 29 12:00:00", utc(2107, 0)), 2104);
  assertEquals(year("Feb 29 12:00:00", utc(2103, 0)), 2096, "2100 is no leap year");
  assertEquals(year("Feb 30 12:00:00", newYear), undefined);
  assertEquals(year("Abc 01 12:00:00", newYear), undefined);
});

Deno.test("parseBsdTime() lets a file's clock run behind the log's", () => {
  const written = Date.UTC(2026, 0, 5, 12) / 1000;
  // As when the clock was set back by half an hour, or by three.
  for (
    const [text, year] of [["12:30:00", 2026], ["15:00:00", 2026], ["15:00:01", 2025]] as const
  ) {
    const wall = parseBsdTime(`Jan  5 ${text}`, written, UTC)?.wall ?? NaN;
    assertEquals(new Date(wall * 1000).getUTCFullYear(), year, text);
  }
});

Deno.test("instantOf() knows when the clock was set", () => {
  const instant = (text: string) => instantOf(parseIsoTime(text) ?? { wall: NaN }, BERLIN);
  assertEquals(instant("2026-01-15 12:00:00"), utc(2026, 0, 15, 11));
  assertEquals(instant("2026-07-15 12:00:00"), utc(2026, 6, 15, 10));
  assertEquals(instant("2026-03-29 01:59:59"), utc(2026, 2, 29, 0, 59, 59));
  assertEquals(instant("2026-03-29 03:00:00"), utc(2026, 2, 29, 1));
  assertEquals(instant("2026-03-29 02:30:00"), utc(2026, 2, 29, 1, 30), "never shown: moved");
  assertEquals(instant("2026-10-25 01:59:59"), utc(2026, 9, 24, 23, 59, 59));
  assertEquals(instant("2026-10-25 02:30:00"), utc(2026, 9, 25, 0, 30), "shown twice: the first");
  assertEquals(instant("2026-10-25 03:00:00"), utc(2026, 9, 25, 2));
  assertEquals(instant("2026-07-15T12:00:00+09:00"), utc(2026, 6, 15, 3), "its own zone wins");
});

Deno.test("local times print as the log showed them", () => {
  for (const text of ["2026-01-15T12:00:00", "2026-07-15T12:00:00", "2026-10-25T02:30:00"]) {
    const instant = instantOf(parseIsoTime(text) ?? { wall: NaN }, BERLIN);
    assertEquals(formatLocalTime(instant, BERLIN), text);
    assertEquals(formatLocalDay(instant, BERLIN), text.slice(0, 10));
  }
});

Deno.test("parseIsoTime() agrees with the runtime's calendar", () => {
  const next = random(10);
  for (let round = 0; round < 5000; round++) {
    const milliseconds = Math.floor(next() * 1e11) * 1000 - 3e13;
    const text = new Date(milliseconds).toISOString();
    assertEquals(parseIsoTime(text)?.wall, milliseconds / 1000, text);
  }
});

Deno.test("remembering() answers as a zone whose clock is set at an odd minute", () => {
  // St. John's set it one minute past midnight for some years.
  const change = utc(2006, 3, 2) + 12_660;
  const odd = { offsetAt: (instant: number) => instant < change ? -12_600 : -9000 };
  const zone = remembering(odd);
  for (let at = change - 1800; at < change + 1800; at += 20) {
    assertEquals(zone.offsetAt(at), odd.offsetAt(at));
  }
});

Deno.test("remembering() answers as the zone itself", () => {
  const zone = remembering(BERLIN);
  for (let round = 0; round < 2; round++) {
    for (let at = utc(2026, 2, 28); at < utc(2026, 2, 30); at += 450) {
      assertEquals(zone.offsetAt(at), BERLIN.offsetAt(at));
    }
  }
});
