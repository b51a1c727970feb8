// The types of @std/cli/parse-args, which the npm package does not carry. Every value is `unknown`
// here; the originals narrow further, so code that holds here holds there too.

export interface ParseOptions {
  "--"?: boolean;
  alias?: Record<string, string | readonly string[]>;
  boolean?: boolean | string | readonly string[];
  default?: Record<string, unknown>;
  stopEarly?: boolean;
  string?: string | readonly string[];
  collect?: string | readonly string[];
  negatable?: string | readonly string[];
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

export type Args = { [name: string]: unknown; _: (string | number)[]; "--"?: string[] };

export function parseArgs(args: string[], options?: ParseOptions): Args;
