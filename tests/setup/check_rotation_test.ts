import { assertEquals } from "@std/assert";
import { checkRotation } from "../../lib/setup/check_rotation.ts";
import type { Schedule } from "../../lib/setup/schedule.ts";

const DAY = 86_400;

function wrong(directives: Record<string, string>, gap: number, isIncremental = true) {
  const rotation = { file: "/r", line: 1, directives: new Map(Object.entries(directives)) };
  const schedule: Schedule = { place: "/c:1", command: "", isEnabled: true, gap, isIncremental };
  return checkRotation("/var/log/f.log", rotation, gap === Infinity ? [] : [schedule])
    .filter(({ state }) => state === "wrong").map(({ message }) => message);
}

Deno.test("checkRotation() holds the age of logs against how often they are read", () => {
  const weeks = { interval: "weekly", rotate: "4" };
  assertEquals(wrong(weeks, 300), []);
  assertEquals(wrong(weeks, 7 * DAY), []);
  assertEquals(wrong({ interval: "daily", rotate: "4" }, 7 * DAY), [
    "/r:1: logs are deleted after 4 days, and read every 7 days",
  ]);
  assertEquals(wrong({ ...weeks, maxage: "5" }, 7 * DAY), [
    "/r:1: logs are deleted after 5 days, and read every 7 days",
  ]);
  assertEquals(wrong({ interval: "hourly", rotate: "1" }, 3600), [
    "/r:1: logs are deleted after 60 minutes, and read every 60 minutes",
  ]);
  // How long it takes to fill them nobody knows.
  assertEquals(wrong({ rotate: "4", size: "1M" }, 31 * DAY), []);
  assertEquals(wrong({ interval: "weekly", rotate: "-1" }, 31 * DAY), []);
  assertEquals(wrong(weeks, Infinity), []);
});

Deno.test("checkRotation() says so where deleted logs are forgotten", () => {
  assertEquals(wrong({ interval: "weekly", rotate: "4" }, 300, false), [
    "/r:1: logs are deleted after 4 weeks, and with them the bans of earlier times",
  ]);
  assertEquals(wrong({ interval: "weekly", rotate: "53" }, 300, false), []);
});

Deno.test("checkRotation() lets archives be that are read before they are made", () => {
  const some = { interval: "weekly", rotate: "4", compress: "" };
  for (const program of ["/usr/bin/gzip", "zstd", "/usr/bin/pigz"]) {
    assertEquals(wrong({ ...some, compresscmd: program }, 300), []);
  }
  const xz = { ...some, compresscmd: "/usr/bin/xz" };
  assertEquals(wrong(xz, 300).length, 1);
  assertEquals(wrong({ ...xz, delaycompress: "no" }, 300).length, 1);
  assertEquals(wrong({ ...xz, delaycompress: "" }, 300), []);
  assertEquals(wrong({ ...xz, compress: "no" }, 300), []);
});
