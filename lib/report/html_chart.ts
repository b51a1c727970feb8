/**
 * Charts in HTML, drawn as SVG.
 *
 * Texts stand beside them, because what stands in a drawing shrinks with it on a small screen.
 *
 * @module
 */

import { withCommas } from "./count.ts";
import { type Markup, markup } from "./markup.ts";

/** What a column is about. */
export interface Point {
  /** Its name. */
  readonly label: string;
  /** Its height. */
  readonly value: number;
}

const HEIGHT = 100;
/** The part of its place that a column fills. */
const FILLED = 0.8;

/**
 * Draws columns side by side, the most above them, the first and the last name below.
 *
 * @param points The columns.
 * @param title What they show.
 */
export function columnChart(points: readonly Point[], title: string): Markup {
  const most = points.reduce((most, { value }) => Math.max(most, value), 0);
  const highest = points.find(({ value }) => value === most);
  const peak = highest ? `Most: ${withCommas(most)} (${highest.label})` : "";
  const box = `0 0 ${points.length} ${HEIGHT}`;
  const svg = markup`<svg class="columns" role="img" aria-label="${title}. ${peak}"`;
  return markup`<p class="soft">${peak}</p>
${svg} viewBox="${box}" preserveAspectRatio="none">
${points.map((point, at) => column(point, at, most))}</svg>
<p class="axis" aria-hidden="true">
<span>${points[0]?.label}</span><span>${points.length > 1 ? points.at(-1)?.label : ""}</span>
</p>
`;
}

function column({ label, value }: Point, at: number, most: number): Markup | undefined {
  if (value === 0) return undefined;
  const height = round(Math.max(1, value / most * HEIGHT));
  const x = round(at + (1 - FILLED) / 2);
  const place = markup`x="${x}" y="${round(HEIGHT - height)}" width="${FILLED}" height="${height}"`;
  return markup`<rect ${place}><title>${label}: ${withCommas(value)}</title></rect>
`;
}

/** Draws a bar that fills a share of its place. */
export function rowBar(share: number): Markup {
  const width = round(share * 100);
  return markup`<svg class="row" aria-hidden="true"><rect width="${width}%" height="100%"/></svg>`;
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
