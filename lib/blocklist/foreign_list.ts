/**
 * Lists that other programs made.
 *
 * @module
 */

import type { Network } from "../ip/network.ts";
import { NetworkList } from "../ip/network_list.ts";
import { readNetworks } from "../ip/read_networks.ts";
import type { Note } from "./note.ts";

/** Something in a foreign list that was not understood. */
export interface Fault {
  /** The number of its line, from 1; `undefined` in JSON, which has no lines to speak of. */
  readonly line?: number | undefined;
  /** What is wrong with it. */
  readonly message: string;
}

/** What a foreign list holds. */
export interface ForeignList {
  /** Its networks, in its order. */
  readonly networks: NetworkList;
  /** The first of what was not understood. */
  readonly faults: readonly Fault[];
  /** How much was not understood in all. */
  readonly faultCount: number;
  /** How much was understood and does not block anything, such as decisions for a captcha. */
  readonly passedOver: number;
  /** What the list says about a network; the same object for all of which nothing is said. */
  noteAt(index: number): Note;
}

/** As many faults are kept with their words: more nobody reads, and a hostile list has millions. */
const MOST_FAULTS = 20;
/** More networks than this no firewall holds; ranges that were made to be awkward give 254 each. */
const MOST_NETWORKS = 1 << 24;
const NOTHING: Note = {};

/** A foreign list that cannot be read at all. */
export class ForeignListError extends Error {
  /** The name of the class. */
  override readonly name = "ForeignListError";
  /** What to do about it, where there is something. */
  readonly hint: string | undefined;

  /** Makes an error with the reason, and perhaps a way out. */
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Makes sure that a list has not become too long.
 *
 * @throws {ForeignListError} If it has.
 */
export function checkLength(networks: NetworkList): void {
  if (networks.length > MOST_NETWORKS) {
    throw new ForeignListError("It holds more than 16 million networks");
  }
}

/** Counts what was not understood and keeps the first of it. */
export class Faults {
  /** The first of it. */
  readonly faults: Fault[] = [];
  /** How much there was. */
  faultCount = 0;

  /** Takes one more. */
  fault(message: string, line?: number): void {
    if (this.faultCount++ < MOST_FAULTS) this.faults.push({ line, message });
  }
}

/** A foreign list that is put together entry by entry. */
export class ForeignEntries extends Faults implements ForeignList {
  /** The networks. */
  readonly networks: NetworkList = new NetworkList();
  /** How much does not block anything. */
  passedOver = 0;
  readonly #notes: Note[] = [];

  /** What is known about a network. */
  readonly noteAt = (index: number): Note => this.#notes[index] ?? NOTHING;

  /** Reads a network, or a range; what is no such thing is a fault. */
  read(text: string, note: Note = NOTHING, line?: number): void {
    const networks = readNetworks(text);
    if (typeof networks === "string") this.fault(networks, line);
    else this.push(networks, note);
  }

  /** Takes networks of which the same is known. */
  push(networks: readonly Network[], note: Note): void {
    checkLength(this.networks);
    for (const network of networks) {
      this.networks.push(network);
      this.#notes.push(note);
    }
  }
}
