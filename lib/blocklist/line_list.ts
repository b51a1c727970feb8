/**
 * Lists with addresses on lines: plain ones, netsets, the file of the well-known recipe, ranges, and
 * what other programs are configured with.
 *
 * @module
 */

import { NetworkList } from "../ip/network_list.ts";
import { readNetworks } from "../ip/read_networks.ts";
import type { TimeZone } from "../log/time_zone.ts";
import { noteOfComment, readForeignLine } from "./foreign_line.ts";
import { checkLength, Faults, type ForeignList } from "./foreign_list.ts";
import { endOfEntry, isBlank } from "./line_edges.ts";
import { NewlineFinder } from "./newline_finder.ts";
import type { Note } from "./note.ts";

const NEWLINE = 0x0a;
const NOTHING: Note = {};
/** As long as a line may be that is not just a network and a comment, in bytes: a million addresses. */
const LONGEST_LINE = 1 << 24;
/** How many networks there is room for at first. */
const FIRST_ROOM = 64;

/**
 * Reads a list with addresses on lines.
 *
 * A line holds networks and ranges (`192.0.2.0-192.0.2.255`) with blanks or commas between, and
 * perhaps a comment behind `#`, `;` or `//`; {@linkcode readForeignLine} has the other forms. A line
 * with anything else on it is a fault as a whole: a log is no list.
 *
 * @param bytes The list, less than 2 GB, without a byte-order mark.
 * @param zone The zone of the times in the comments of the recipe.
 */
export function readLineList(bytes: Uint8Array, zone: TimeZone): ForeignList {
  const newlines = new NewlineFinder(bytes);
  const lines = new LineList();
  for (let start = 0, line = 1; start < bytes.length; line++) {
    const comment = endOfEntry(bytes, start);
    const end = newlines.find(comment);
    let from = start;
    let to = comment;
    while (from < to && isBlank(bytes[from])) from++;
    while (to > from && isBlank(bytes[to - 1])) to--;
    if (from < to) {
      const fault = lines.networks.read(bytes, from, to);
      if (fault === undefined) lines.put(comment);
      else if (end - start > LONGEST_LINE) lines.fault("The line is too long", line);
      else {lines.readClosely(decoder.decode(bytes.subarray(start, end)), {
          start,
          line,
          fault,
          zone,
        });}
    }
    start = end + 1;
  }
  const { networks, faults, faultCount, passedOver } = lines;
  const notes = { place: NaN, note: NOTHING };
  const noteAt = (index: number) => {
    const place = lines.places[index] ?? 0;
    if (place >= bytes.length || bytes[place] === NEWLINE) return NOTHING;
    // Of all that stand on one line the same is known.
    if (place === notes.place) return notes.note;
    const isClose = place < 0;
    const start = isClose ? ~place : place + 1;
    const text = decoder.decode(bytes.subarray(start, newlines.find(start)));
    notes.note = isClose ? readForeignLine(text, zone)?.note ?? NOTHING : noteOfComment(text, zone);
    notes.place = place;
    return notes.note;
  };
  return { networks, faults, faultCount, passedOver, noteAt };
}

/** Networks and where their lines stand: a million notes as objects would take too much memory. */
class LineList extends Faults {
  readonly networks = new NetworkList();
  readonly passedOver = 0;
  /**
   * For each network where its comment begins, or else its line ends; or the complement of where a
   * line begins that takes a closer look.
   */
  places = new Int32Array(FIRST_ROOM);

  /** Says where the last network stands. */
  put(place: number): void {
    const last = this.networks.length - 1;
    checkLength(this.networks);
    if (last === this.places.length) {
      this.places = new Int32Array(this.places.buffer.transfer(8 * last));
    }
    this.places[last] = place;
  }

  /** Reads a line that is not just a network and a comment. */
  readClosely(
    text: string,
    { start, line, fault, zone }: {
      readonly start: number;
      readonly line: number;
      readonly fault: string;
      readonly zone: TimeZone;
    },
  ): void {
    const read = readForeignLine(text, zone);
    if (!read) return this.fault(fault, line);
    for (const text of read.texts) {
      const networks = readNetworks(text);
      if (typeof networks === "string") {
        this.fault(networks, line);
        continue;
      }
      for (const network of networks) {
        this.networks.push(network);
        this.put(~start);
      }
    }
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
