import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { htmlReport } from "../../lib/report/html_report.ts";
import { HTML_POLICY, HTML_STYLE } from "../../lib/report/html_style.ts";
import { Markup, markup } from "../../lib/report/markup.ts";
import { hostileBans } from "./hostile_bans.ts";
import { ban, reportOf } from "./report_of.ts";

const VOID = ["meta"];

/** The elements of a page in their order, each with its attributes; fails if it is not well-formed. */
function elementsOf(page: string): { name: string; attributes: Map<string, string> }[] {
  const elements: { name: string; attributes: Map<string, string> }[] = [];
  const open: string[] = [];
  let rest = page.replace("<!DOCTYPE html>", "").replace(/(<style>)[^<]*(<\/style>)/, "$1$2");
  while (rest !== "") {
    const text = /^[^<>]+/.exec(rest)?.[0];
    if (text !== undefined) {
      assertEquals(/&(?!(?:amp|lt|gt|quot|#39);)/.test(text), false, text);
      rest = rest.slice(text.length);
      continue;
    }
    const tag = /^<(\/?)([a-z]+[0-9]?)((?: [a-zA-Z-]+="[^"<>]*")*)(\/?)>/.exec(rest);
    assert(tag, rest.slice(0, 100));
    const [all, slash, name = "", attributes = "", self] = tag;
    rest = rest.slice(all.length);
    if (slash) {
      assertEquals(open.pop(), name);
      continue;
    }
    const pairs = [...attributes.matchAll(/ ([a-zA-Z-]+)="([^"]*)"/g)];
    elements.push({
      name,
      attributes: new Map(pairs.map(([, key = "", value = ""]) => [key, value])),
    });
    if (!self && !VOID.includes(name)) open.push(name);
  }
  assertEquals(open, []);
  return elements;
}

const pages = {
  hostile: htmlReport(reportOf({ bans: hostileBans(), list: "192.0.2.1\n" })),
  "without a list": htmlReport(reportOf({ bans: [ban("2001:db8::1", "03-05 10:00")], minBans: 1 })),
  empty: htmlReport(reportOf({ bans: [] })),
  "of a hostile file": htmlReport(reportOf({
    bans: [],
    source: {
      kind: "history",
      path: `<b a="1" b='2'>&\x1b[31m`,
      bans: 0,
      oldest: undefined,
      newest: undefined,
      updated: 0,
    },
  })),
};

for (const [name, page] of Object.entries(pages)) {
  Deno.test(`a page is well-formed, alone and mute: ${name}`, () => {
    const elements = elementsOf(page);
    const names = new Set(elements.map(({ name }) => name));
    for (const bad of ["script", "link", "img", "iframe", "a", "b", "form", "object", "base"]) {
      assertEquals(names.has(bad), false, bad);
    }
    for (const { attributes } of elements) {
      for (const name of attributes.keys()) {
        assertEquals(/^(?:on.*|src|href|style|srcset|action|xlink.*)$/.test(name), false, name);
      }
    }
    // deno-lint-ignore no-control-regex
    assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(page), false);
    const ofName = (name: string) => elements.filter((one) => one.name === name);
    assertEquals(ofName("html")[0]?.attributes.get("lang"), "en");
    assertEquals(ofName("title").length >= 1 && ofName("h1").length === 1, true);
    for (const { attributes } of ofName("th")) assert(attributes.has("scope"));
    assertEquals(ofName("caption").length, ofName("table").length);
    for (const { attributes } of ofName("svg")) {
      assert(attributes.has("aria-label") || attributes.get("aria-hidden") === "true");
    }
  });
}

Deno.test("hostile names are there to be read", () => {
  assertStringIncludes(pages.hostile, "&lt;script&gt;alert(1)&lt;/script&gt;");
  assertStringIncludes(pages.hostile, "esc\\x1b[2J");
  assertStringIncludes(pages.hostile, "bidi\\u{202e}gnp.exe");
  assertStringIncludes(pages.hostile, "straße");
});

Deno.test("the policy lets the page have its own style sheet and nothing else", async () => {
  const [style = ""] = /(?<=<style>)[^]*(?=<\/style>)/.exec(pages.empty) ?? [];
  assertEquals(style, HTML_STYLE);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
  assertEquals(
    HTML_POLICY,
    `default-src 'none'; style-src 'sha256-${text}'; base-uri 'none'; form-action 'none'`,
  );
  assertStringIncludes(pages.empty, `content="${HTML_POLICY}"`);
});

Deno.test("a template escapes what is put into it, whatever it is", () => {
  const part = markup`<i title="${`"'`}">${"<&>"}</i>`;
  assertEquals(part.text, '<i title="&quot;&#39;">&lt;&amp;&gt;</i>');
  assertEquals(markup`${[part, undefined, 7, new Markup("<hr>")]}`.text, part.text + "7<hr>");
});
