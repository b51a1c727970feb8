/**
 * What install wrote, kept on the machine, so that a file that was edited by hand is known and
 * uninstall takes back what was written and nothing else.
 *
 * @module
 */

import { fingerprintOf } from "../log/fingerprint.ts";
import { faultOfPath } from "./setup_options.ts";

/** Where it is: wherever permaban's own files are, it is found without being told. */
export const RECORD_PATH = "/etc/permaban/installed";

/** Where permaban's own files are. */
export interface OwnPlaces {
  /** Their folder. */
  readonly state: string;
  /** The blocklist. */
  readonly blocklist: string;
}

/** What install wrote. */
export interface InstallRecord {
  /** Where permaban's own files are; absent before the first install. */
  readonly places: OwnPlaces | undefined;
  /** Files, each with the prints of the texts that were or are about to be written. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Older texts of its own that it kept aside, each with its print. */
  readonly aside: Readonly<Record<string, string>>;
  /** Folders that it made, the outer ones first. */
  readonly folders: readonly string[];
  /** Lists that it took over. */
  readonly imported: readonly string[];
  /** The texts of options that it was given and that hold until they are given anew, by name. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

/** What there is before the first install. */
export const EMPTY_RECORD: InstallRecord = {
  places: undefined,
  files: {},
  aside: {},
  folders: [],
  imported: [],
  options: {},
};

/**
 * Reads a record.
 *
 * @param text The file.
 * @returns The record, or `undefined` where it is none of this version, or not whole.
 */
export function parseRecord(text: string): InstallRecord | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { version, places, files, aside, folders, imported, options = {} } = isObject(read)
    ? read
    : {};
  if (version !== 1 || !isObject(files) || !isObject(aside) || !isObject(places)) return undefined;
  if (!Object.values(files).every(isTexts) || !isTexts(Object.values(aside))) return undefined;
  if (!isObject(options) || !Object.values(options).every(isTexts)) return undefined;
  const { state, blocklist } = places;
  if (!isTexts(folders) || !isTexts(imported) || !isTexts([state, blocklist])) return undefined;
  if ([state, blocklist].some((path) => faultOfPath(String(path)) !== undefined)) return undefined;
  return {
    places: { state: String(state), blocklist: String(blocklist) },
    files: files as InstallRecord["files"],
    aside: aside as InstallRecord["aside"],
    folders,
    imported,
    options: options as InstallRecord["options"],
  };
}

/** Prints a record. */
export function printRecord(record: InstallRecord): string {
  return JSON.stringify({ version: 1, ...record }, null, 2) + "\n";
}

/** What tells a text from any other. */
export function printOf(text: string): string {
  const { length, digest } = fingerprintOf(new TextEncoder().encode(text));
  return `${length}:${digest}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
