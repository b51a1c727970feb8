/**
 * How a report looks in a browser and on paper.
 *
 * @module
 */

/** The style sheet, as it stands in the page. */
export const HTML_STYLE = `
:root {
  color-scheme: light dark;
  --back: #fbfbfa; --card: #fff; --text: #1d2126; --soft: #5b6570; --line: #dde1e5;
  --bar: #2b6cb0; --yes: #1a7f4b; --no: #b42318;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #14171a; --card: #1c2024; --text: #e6e9ec; --soft: #9aa5b1; --line: #30363d;
    --bar: #63a4e8; --yes: #5cc98a; --no: #f28b82;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 64rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 0 0 .75rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
.soft, caption, footer { color: var(--soft); }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  margin-top: 1rem; padding: 1rem;
}
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; font-variant-numeric: tabular-nums; }
dd.number { font-size: 1.6rem; font-weight: 600; line-height: 1.2; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
thead tr > * { border-bottom: 1px solid var(--line); }
tbody tr + tr > * { border-top: 1px solid var(--line); }
tbody th { font-weight: 500; }
.name { overflow-wrap: anywhere; min-width: 6rem; }
summary { color: var(--soft); cursor: pointer; }
.count { text-align: right; white-space: nowrap; }
.time, .address { white-space: nowrap; }
.address { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .93em; }
.jails { min-width: 15rem; overflow-wrap: anywhere; }
.share { width: 30%; min-width: 4rem; }
.yes { color: var(--yes); } .no { color: var(--no); }
svg { display: block; width: 100%; fill: var(--bar); }
svg.row { height: .8rem; margin-top: .35rem; }
svg.columns { height: 9rem; border-bottom: 1px solid var(--line); }
.axis { display: flex; justify-content: space-between; color: var(--soft); font-size: .87rem; margin: .25rem 0 1rem; }
.hidden {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
footer { margin-top: 1.5rem; font-size: .87rem; }
@media (max-width: 40rem) {
  main { padding: 1rem .5rem 2rem; }
  section { padding: .75rem; }
  .share { display: none; }
}
@media print {
  :root {
    --back: #fff; --card: #fff; --text: #000; --soft: #444; --line: #bbb; --bar: #444; --yes: #000; --no: #000;
  }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  section { border: 0; border-radius: 0; padding: 0; margin-top: 1.2rem; }
  .scroll { overflow: visible; }
  h2, thead, svg.columns { break-after: avoid; }
  tr { break-inside: avoid; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/**
 * What the page may load: its own style sheet and nothing else. The digest is that of the style sheet;
 * a test tells the new one when that has changed.
 */
export const HTML_POLICY = "default-src 'none'; " +
  "style-src 'sha256-q8apG3YwwHxv15D2uwvIzqoHWR8ZcTbqS6pOh6Y+jzA='; " +
  "base-uri 'none'; form-action 'none'";
