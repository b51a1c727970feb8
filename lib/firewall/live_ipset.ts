/**
 * Sets, as `ipset save` prints them.
 *
 * @module
 */

import { NetworkList } from "../ip/network_list.ts";
import { DumpError } from "./live_table.ts";

/** A set. */
export interface LiveSet {
  /** Its type and family, such as `hash:net inet`. */
  readonly type: string;
  /** Its further parameters as they stand there, without those that may differ from load to load. */
  readonly parameters: string;
  /** Its networks. */
  readonly networks: NetworkList;
  /** Networks that do not match, though a wider one of the set holds them. */
  readonly excepted: NetworkList;
  /** Those of its networks that go away by themselves. */
  readonly temporary: NetworkList;
  /** Lines that were not understood. */
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * Reads some sets of a dump.
 *
 * @param bytes What `ipset save` printed.
 * @param names The sets wanted.
 * @returns Those of them that are there.
 * @throws {DumpError} If the text is no such dump.
 */
export function parseIpset(bytes: Uint8Array, names: readonly string[]): Map<string, LiveSet> {
  const sets = new Map<string, LiveSet & { problems: { line: number; message: string }[] }>();
  const wanted = names.map((name) => ({ name, head: encoder.encode(`add ${name} `) }));
  const add = encoder.encode("add ");
  let line = 1;
  const isCut = bytes.length > 0 && bytes.at(-1) !== NEWLINE;
  for (let from = 0; from < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, from);
    const to = newline < 0 ? bytes.length : newline;
    const entry = wanted.find(({ head }) => startsWith(bytes, from, head));
    const set = entry && sets.get(entry.name);
    if (set) pushEntry(bytes, from + entry.head.length, to, set, line);
    else if (entry || !startsWith(bytes, from, add)) {
      const created = createdBy(decoder.decode(bytes.subarray(from, to)), line);
      if (created && names.includes(created.name)) sets.set(created.name, newSet(created));
    }
    from = to + 1;
  }
  // Nothing else tells a dump that was cut off from a whole one.
  if (isCut) throw new DumpError(line - 1, "It ends in the middle of a line");
  return sets;
}

function newSet({ type, parameters }: Created) {
  const lists = [new NetworkList(), new NetworkList(), new NetworkList()] as const;
  const [networks, excepted, temporary] = lists;
  return { type, parameters, networks, excepted, temporary, problems: [] };
}

/** A set as it is made. */
interface Created extends Pick<LiveSet, "type" | "parameters"> {
  readonly name: string;
}

/** The set that a line makes; nothing for a line that says nothing. */
function createdBy(text: string, line: number): Created | undefined {
  const [, name, type, family, rest = ""] = CREATE.exec(text) ?? [];
  if (name !== undefined) {
    const parameters = rest.replaceAll(VARYING, "").trim();
    return { name, type: [type, family ?? []].flat().join(" "), parameters };
  }
  if (text.trim() === "" || text.startsWith("#")) return undefined;
  throw new DumpError(
    line,
    `Cannot understand "${text.slice(0, 60)}": expected what ipset save prints`,
  );
}

const CREATE = /^create (\S+) (\S+)(?: family (inet6?))?( .*)?$/;
/** Parameters that the kernel does not compare when a set is made that is there. */
const VARYING = / (?:(?:hashsize|bucketsize|initval) \S+|forceadd)(?= |$)/g;

const NONE: readonly string[] = [];

/** Puts what a line adds, behind the name of the set, into the set. */
function pushEntry(
  bytes: Uint8Array,
  from: number,
  to: number,
  set: LiveSet & { problems: { line: number; message: string }[] },
  line: number,
): void {
  const space = bytes.indexOf(SPACE, from);
  const end = space < 0 || space > to ? to : space;
  // What stands in quotes is a comment.
  const options = end === to
    ? NONE
    : decoder.decode(bytes.subarray(end + 1, to)).replace(/"[^"]*"/, "").split(" ");
  const isExcepted = options.includes("nomatch");
  const fault = (isExcepted ? set.excepted : set.networks).read(bytes, from, end);
  if (fault !== undefined) set.problems.push({ line, message: fault });
  else if (!isExcepted && Number(options[options.indexOf("timeout") + 1] ?? 0) > 0) {
    set.temporary.read(bytes, from, end);
  }
}

function startsWith(bytes: Uint8Array, from: number, head: Uint8Array): boolean {
  return head.every((byte, at) => bytes[from + at] === byte);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
