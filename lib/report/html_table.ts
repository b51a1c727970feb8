/**
 * Tables in HTML.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import { formatLocalDay, formatLocalTime, type TimeZone } from "../log/time_zone.ts";
import { withCommas } from "./count.ts";
import { type Markup, markup, type Part } from "./markup.ts";

/**
 * Prints a table, which can be moved with the keyboard where it is wider than the screen.
 *
 * @param title What it shows, for those who hear it; a title above says it to the others.
 * @param heads Headings of the columns.
 * @param rows The rows.
 * @param caption What else is to be said of it, for everybody.
 */
export function table(
  title: string,
  heads: readonly (Markup | undefined)[],
  rows: readonly Markup[],
  caption?: string,
): Markup {
  const shown = caption === undefined
    ? markup`<caption class="hidden">${title}</caption>`
    : markup`<caption>${caption}</caption>`;
  return markup`<div class="scroll" role="region" aria-label="${title}" tabindex="0">
<table>
${shown}
<thead>
<tr>${heads}</tr>
</thead>
<tbody>
${rows}</tbody>
</table>
</div>
`;
}

/** The heading of a column; of one of numbers it stands on the right. */
export function head(text: string, kind?: "count"): Markup {
  return kind
    ? markup`<th scope="col" class="${kind}">${text}</th>`
    : markup`<th scope="col">${text}</th>`;
}

/** A row and what it is about. */
export function row(
  title: string,
  kind: "address" | "time" | "name",
  cells: readonly Part[],
): Markup {
  return markup`<tr><th scope="row" class="${kind}">${title}</th>${cells}</tr>
`;
}

/** A cell with a number. */
export function countCell(number: number): Markup {
  return markup`<td class="count">${withCommas(number)}</td>`;
}

/** A cell with a day. */
export function dayCell(instant: number, zone: TimeZone): Markup {
  return markup`<td class="time">${formatLocalDay(instant, zone)}</td>`;
}

/** A cell with a time. */
export function timeCell(instant: number, zone: TimeZone): Markup {
  return markup`<td class="time">${formatLocalTime(instant, zone).replace("T", " ")}</td>`;
}

/** A cell that says whether something is on the blocklist. */
export function listedCell(entry: Network | undefined): Markup {
  return entry ? markup`<td class="yes">yes</td>` : markup`<td class="no">no</td>`;
}
