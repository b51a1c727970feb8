/**
 * What the specs of several commands have in common.
 *
 * @module
 */

import { flag, folderOr, forOneRun } from "../option.ts";

/** For numbers of operands and options without an upper bound. */
export const ANY = Infinity;

/** For commands that refuse very wide networks unless told otherwise. */
export const ALLOW_WIDE = flag("accept networks wider than /8 (IPv4) or /19 (IPv6)");

/** For commands that set a machine up, or an image of one. */
export const ROOT = forOneRun(
  folderOr("/", "the folder that stands for /, for images and chroots"),
);
