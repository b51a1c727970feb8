import { assertEquals, assertThrows } from "@std/assert";
import { parseDuration } from "../../lib/offender/duration.ts";

const DAY = 86_400;

Deno.test("parseDuration() adds up numbers with units", () => {
  for (
    const [text, seconds] of [
      ["1", 1],
      ["86400", DAY],
      ["45s", 45],
      ["10m", 600],
      ["10min", 600],
      ["6h", 21_600],
      ["90d", 90 * DAY],
      ["12w", 84 * DAY],
      ["52w", 364 * DAY],
      ["6mo", 180 * DAY],
      ["1y", 365 * DAY],
      ["1y6mo", 545 * DAY],
      ["1y 6mo", 545 * DAY],
      ["2 weeks 1 day", 15 * DAY],
      ["1d12h30m15s", DAY + 45_015],
    ] as const
  ) assertEquals(parseDuration(text), seconds, text);
});

Deno.test("parseDuration() refuses what is no length of time", () => {
  for (
    const text of [
      "",
      " ",
      "d",
      "1x",
      "1.5d",
      "-1d",
      "+1d",
      "1d,2h",
      "x1d",
      "1dx",
      "1d 2",
      "1D",
      "١d",
    ]
  ) assertThrows(() => parseDuration(text), SyntaxError, "expected numbers with units", text);
  for (const text of ["0", "0d", "1001y", "9".repeat(400), "9".repeat(400) + "d"]) {
    assertThrows(() => parseDuration(text), RangeError, "between 1 second and 1000 years", text);
  }
});
