// The types of @std/fs/expand-glob; those in the npm package lean on its shim.

import type { WalkEntry } from "./walk.d.ts";
export type { WalkEntry };

export interface ExpandGlobOptions {
  root?: string;
  exclude?: string[];
  includeDirs?: boolean;
  followSymlinks?: boolean;
  canonicalize?: boolean;
  extended?: boolean;
  globstar?: boolean;
  caseInsensitive?: boolean;
}

export function expandGlob(
  glob: string | URL,
  options?: ExpandGlobOptions,
): AsyncIterableIterator<WalkEntry>;
export function expandGlobSync(
  glob: string | URL,
  options?: ExpandGlobOptions,
): IterableIterator<WalkEntry>;
