/** The parts of one moment, as log prefixes need them. */
export interface LogTime {
  /** `2026-03-01` */
  readonly date: string;
  /** `09:41:28` */
  readonly time: string;
  /** `872` */
  readonly millis: string;
  /** `Mar` */
  readonly month: string;
  /** 1 to 31 */
  readonly day: number;
}

const DAY = 86_400_000;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const TWO = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));
const THREE = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, "0"));

let lastDay = NaN;
let lastDate = "";
let lastMonth = "";
let lastDayOfMonth = 0;

/**
 * Splits a moment into the parts that log prefixes need.
 *
 * The text is that of UTC, whatever the zone of the machine: the same files everywhere.
 *
 * @param instant Milliseconds since 1970.
 * @returns The parts.
 */
export function logTime(instant: number): LogTime {
  const day = Math.floor(instant / DAY);
  // Millions of lines share a few days, and a Date for each would cost more than all the rest.
  if (day !== lastDay) rememberDay(day);
  const millis = instant - day * DAY;
  const seconds = Math.floor(millis / 1000);
  const minutes = Math.floor(seconds / 60);
  return {
    date: lastDate,
    time: `${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[seconds % 60]}`,
    millis: THREE[millis % 1000] ?? "000",
    month: lastMonth,
    day: lastDayOfMonth,
  };
}

function rememberDay(day: number): void {
  const date = new Date(day * DAY);
  lastDay = day;
  lastDate = date.toISOString().slice(0, 10);
  lastMonth = MONTHS[date.getUTCMonth()] ?? "";
  lastDayOfMonth = date.getUTCDate();
}
