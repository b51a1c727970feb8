/**
 * What the specs of several commands have in common.
 *
 * @module
 */

import { flag } from "../option.ts";

/** For numbers of operands and options without an upper bound. */
export const ANY = Infinity;

/** For commands that refuse very wide networks unless told otherwise. */
export const ALLOW_WIDE = flag("accept networks wider than /8 (IPv4) or /19 (IPv6)");
