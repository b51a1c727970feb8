/**
 * HTML made of templates.
 *
 * @module
 */

import { escapeControls } from "./escape_controls.ts";

/** HTML that was made by {@linkcode markup}, or that stands in the program. */
export class Markup {
  /** The text, tags and all. */
  readonly text: string;

  /** Takes HTML as it is. */
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text, which is escaped, HTML, which is not, or several of them. */
export type Part = string | number | Markup | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Makes HTML of a template. Whatever text is put into it is escaped, so that it can stand between
 * tags and in quoted attributes and never ends them; control characters become visible.
 */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(texts.map((text, at) => text + toText(parts[at])).join(""));
}

function toText(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "number") return String(part);
  if (typeof part !== "string") return part.map(toText).join("");
  return escapeControls(part).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? "");
}
