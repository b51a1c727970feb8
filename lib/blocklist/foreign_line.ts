/**
 * One line of a list that another program made.
 *
 * @module
 */

import { readNetworks } from "../ip/read_networks.ts";
import { instantOf, parseIsoTime, type TimeZone } from "../log/time_zone.ts";
import { formatSince, type Note, parseNote } from "./note.ts";

/** What a line says. */
export interface ForeignLine {
  /** What look like networks and ranges. */
  readonly texts: readonly string[];
  /** What is known about them. */
  readonly note: Note;
}

const QUAD = String.raw`\d{1,3}(?:\.\d{1,3}){3}`;
/** nginx and Apache 2.4. */
const DENIAL = /^(?:deny|Require\s+not\s+ip)\s+/i;
/** hosts_access(5); the name has a letter that is no digit of IPv6. */
const HOSTS_DENY = /^(?:ALL\s*:\s*|(?=[^:]*[g-z])[\w.-]+\s*:\s+)(?=[[\d])/i;
const BRACKETS = /\[([0-9a-f:.]+)\]/gi;
/** What some have fail2ban write: `echo "fail2ban-<name> <ip>"`, `echo "<ip> [<name>]"`. */
const JAIL_BEFORE = /^fail2ban-(?<jail>\S+)\s+(?<rest>\S+)$/;
const JAIL_BEHIND = /^(?<rest>\S+)\s+\[(?<jail>[^[\]]+)\]$/;
/** How often an address was seen, or on how many lists. */
const NUMBER_BEHIND = /^(?<rest>\S+)\s+\d+$/;
/** The text format of PeerGuardian: `name:192.0.2.0-192.0.2.255`. */
const P2P = new RegExp(`^(?<name>.*):\\s*(?<rest>${QUAD}\\s*-\\s*${QUAD})$`);
/** DShield's block list: first address, last address, prefix length, and more. */
const DSHIELD = new RegExp(`^(?<first>${QUAD})\\t(?<last>${QUAD})\\t(?<prefix>\\d\\d?)(?:\\t|$)`);
/** What may be a network or a range: one that is wrong is said, but anything else makes no list. */
const NETWORK_LIKE = /^(?=[^.:]*[.:])[0-9a-f:./-]+$/i;

/**
 * Reads a line.
 *
 * @param line The line.
 * @param zone The zone of times in its comment.
 * @returns What it says, no texts where it is a comment; `undefined` where it is no line of a list.
 */
export function readForeignLine(line: string, zone: TimeZone): ForeignLine | undefined {
  const mark = line.search(/[#;]|(?:^|\s)\/\//);
  const body = (mark < 0 ? line : line.slice(0, mark)).trim();
  const comment = mark < 0 ? "" : line.slice(mark).replace(/^\s*(?:#|;|\/\/)/, "");
  const note = noteOfComment(comment, zone);
  const block = DSHIELD.exec(body)?.groups;
  if (block) {
    return isBlock(block) ? { texts: [`${block.first}/${block.prefix}`], note } : undefined;
  }
  const denied = deniedBy(body);
  const { jail, name, rest = body } = denied === undefined ? partsOf(body) : { rest: denied };
  const texts = rest.split("-").map((part) => part.trim()).join("-").split(/[\s,]+/);
  if (texts[0] === "") return { texts: [], note };
  if (!texts.every((text) => NETWORK_LIKE.test(text))) return undefined;
  return {
    texts,
    note: {
      ...note,
      ...(jail === undefined ? {} : { jails: new Map([[jail, 0]]) }),
      ...(name && note.comment === undefined ? { comment: name.trim() } : {}),
    },
  };
}

/** What a line of a server's configuration denies; `undefined` where it is no such line. */
function deniedBy(body: string): string | undefined {
  if (HOSTS_DENY.test(body)) return body.replace(HOSTS_DENY, "").replace(BRACKETS, "$1");
  return DENIAL.test(body) ? body.replace(DENIAL, "") : undefined;
}

function partsOf(body: string): { jail?: string; name?: string; rest?: string } {
  const match = JAIL_BEFORE.exec(body) ?? JAIL_BEHIND.exec(body) ?? NUMBER_BEHIND.exec(body) ??
    P2P.exec(body);
  return match?.groups ?? {};
}

function isBlock({ first, last, prefix }: Record<string, string>): boolean {
  const networks = readNetworks(`${first}-${last}`);
  return typeof networks !== "string" && networks.length === 1 &&
    networks[0]?.prefix === Number(prefix);
}

/**
 * What a comment says: the fields of permaban's own, the time in that of the well-known recipe
 * (`fail2ban/2017-02-05 11:32:02: Perma-Banned`), a jail (`[sshd]`, `fail2ban/sshd`).
 *
 * @param text The comment without its mark.
 * @param zone The zone of the time.
 */
export function noteOfComment(text: string, zone: TimeZone): Note {
  const note = parseNote(text);
  const { comment } = note;
  if (comment === undefined) return note;
  const [, day, time = "00:00:00"] =
    /\bfail2ban\/(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d))?/.exec(comment) ?? [];
  const added = day === undefined ? undefined : parseIsoTime(`${day} ${time}`);
  const [, bracketed, named] = /^\[([^[\]]+)\]|\bfail2ban[-/]([a-z][\w.-]*)/i.exec(comment) ?? [];
  const jail = bracketed ?? named;
  return {
    ...(added ? { since: formatSince(instantOf(added, zone)) } : {}),
    ...(jail === undefined ? {} : { jails: new Map([[jail, 0]]) }),
    ...note,
  };
}
