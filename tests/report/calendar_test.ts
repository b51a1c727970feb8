import { assertEquals } from "@std/assert";
import type { TimeZone } from "../../lib/log/time_zone.ts";
import { UTC } from "../../lib/log/time_zone.ts";
import {
  beginningOf,
  dayOf,
  formatBeginning,
  formatDay,
  hourOf,
  nextBeginning,
  unitFor,
} from "../../lib/report/calendar.ts";
import { random } from "../random.ts";

const seconds = (text: string) => Date.parse(text) / 1000;
const day = (text: string) => seconds(`${text}T00:00:00Z`) / 86_400;

/** Berlin in the spring of 2026: an hour ahead, two from 29 March, 01:00 UTC on. */
const BERLIN: TimeZone = {
  offsetAt: (instant) => instant < seconds("2026-03-29T01:00:00Z") ? 3600 : 7200,
};

Deno.test("days and hours are those of the clock on the wall", () => {
  for (
    const [instant, local, hour] of [
      ["2026-03-27T22:59:59Z", "2026-03-27", 23],
      ["2026-03-27T23:00:00Z", "2026-03-28", 0],
      // The hour from 2 to 3 does not exist on this day.
      ["2026-03-29T00:59:59Z", "2026-03-29", 1],
      ["2026-03-29T01:00:00Z", "2026-03-29", 3],
      ["2026-03-29T21:59:59Z", "2026-03-29", 23],
      ["2026-03-29T22:00:00Z", "2026-03-30", 0],
    ] as const
  ) {
    assertEquals(formatDay(dayOf(seconds(instant), BERLIN)), local, instant);
    assertEquals(hourOf(seconds(instant), BERLIN), hour, instant);
  }
  assertEquals([dayOf(-1, UTC), hourOf(-1, UTC)], [-1, 23]);
});

Deno.test("weeks begin on Monday, months and years on their first day", () => {
  const next = random(31);
  for (let times = 0; times < 2000; times++) {
    const some = Math.floor((next() - 0.2) * 60_000);
    const [year, month] = formatDay(some).split("-").map(Number);
    const week = beginningOf(some, "week");
    assertEquals(new Date(week * 86_400_000).getUTCDay(), 1);
    assertEquals(week <= some && some < nextBeginning(week, "week"), true);
    for (const unit of ["month", "year"] as const) {
      const from = beginningOf(some, unit);
      const to = nextBeginning(from, unit);
      assertEquals(from <= some && some < to, true, `${some} ${unit}`);
      const expected = unit === "year"
        ? `${year}-01-01`
        : `${year}-${String(month).padStart(2, "0")}-01`;
      assertEquals(formatDay(from), expected);
      assertEquals(beginningOf(to, unit), to);
      assertEquals(beginningOf(to - 1, unit), from);
    }
  }
});

Deno.test("a beginning prints as long as it must be", () => {
  const begins = day("2026-01-01");
  assertEquals(
    (["day", "week", "month", "year"] as const).map((unit) => formatBeginning(begins, unit)),
    ["2026-01-01", "2026-01-01", "2026-01", "2026"],
  );
  assertEquals(formatBeginning(beginningOf(begins, "week"), "week"), "2025-12-29");
  assertEquals(formatDay(beginningOf(day("0099-05-05"), "month")), "0099-05-01");
});

Deno.test("a unit fits what is looked at", () => {
  assertEquals([1, 31, 90, 183, 365, 800, 4000].map(unitFor), [
    "day",
    "day",
    "week",
    "week",
    "month",
    "month",
    "year",
  ]);
});
