/**
 * Lists in JSON: permaban's own, CrowdSec's, and those of feeds.
 *
 * @module
 */

import { takeDecision } from "./crowdsec_decision.ts";
import { ForeignEntries, type ForeignList } from "./foreign_list.ts";
import { type Note, NOTE_FIELDS, noteFrom } from "./note.ts";

/** Where an object names its address: permaban, AbuseIPDB, Spamhaus DROP and others. */
const ADDRESS_NAMES = ["address", "ipAddress", "cidr", "ip"];
/** Where an object has a list: permaban, AbuseIPDB, an alert of CrowdSec. */
const LIST_NAMES = ["entries", "data", "decisions"];
/** In as many lists an address may stand, one inside the other. */
const DEEPEST = 3;

/**
 * Reads a list in JSON: `permaban list --json`, `cscli decisions list -o json`, an array of addresses
 * or of objects with one, or such objects one a line. Objects without an address are passed over.
 *
 * @param text The text.
 */
export function readJsonList(text: string): ForeignList {
  const entries = new ForeignEntries();
  const whole = parse(text);
  if (typeof whole !== "string") {
    take(whole.value, entries);
    return entries;
  }
  const lines = text.split("\n");
  // One object a line, or else it is just broken.
  const first = lines.findIndex((line) => line.trim() !== "");
  if (typeof parse(lines[first] ?? "") === "string") {
    entries.fault(whole);
    return entries;
  }
  lines.forEach((line, index) => {
    if (line.trim() === "") return;
    const parsed = parse(line);
    if (typeof parsed === "string") entries.fault(parsed, index + 1);
    else take(parsed.value, entries, index + 1);
  });
  return entries;
}

/** What a text stands for, or what is wrong with it. */
function parse(text: string): { readonly value: unknown } | string {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return `Cannot parse it as JSON: ${error.message}`;
  }
}

/** Takes a value, or each of an array; `depth` is how many lists it stands in. */
function take(value: unknown, entries: ForeignEntries, line?: number, depth = 0): void {
  for (const item of Array.isArray(value) ? value : [value]) {
    if (typeof item === "string") entries.read(item, undefined, line);
    else if (isObject(item) && depth < DEEPEST) takeObject(item, entries, line, depth);
    else if (item !== null) entries.fault("Expected an address or an object with one", line);
  }
}

function takeObject(
  object: Record<string, unknown>,
  entries: ForeignEntries,
  line: number | undefined,
  depth: number,
): void {
  const list = LIST_NAMES.find((name) => Array.isArray(object[name]));
  if (list !== undefined) return take(object[list], entries, line, depth + 1);
  if (typeof object.value === "string" && typeof object.scope === "string") {
    return takeDecision(
      {
        scope: object.scope,
        value: object.value,
        type: textOf(object.type),
        isSimulated: object.simulated === true,
        scenario: textOf(object.scenario),
        origin: textOf(object.origin),
      },
      entries,
      line,
    );
  }
  const name = ADDRESS_NAMES.find((name) => typeof object[name] === "string");
  if (name === undefined) entries.passedOver++;
  else entries.read(textOf(object[name]), noteOfObject(object), line);
}

/** What an object says in permaban's own words; nothing is made of any others. */
function noteOfObject(object: Record<string, unknown>): Note {
  const fields = NOTE_FIELDS.map((name) => [name, textOf(object[name])] as const);
  const { jails, comment } = object;
  return {
    ...noteFrom(fields),
    ...(isObject(jails) ? { jails: jailsOf(jails) } : {}),
    ...(typeof comment === "string" ? { comment } : {}),
  };
}

function jailsOf(jails: Record<string, unknown>): Map<string, number> {
  return new Map(
    Object.entries(jails).map((
      [jail, bans],
    ) => [jail, Number.isSafeInteger(bans) ? Math.max(0, Number(bans)) : 0]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
