// The npm build of @std/fs asks a shim for `Deno`; in Deno itself the real one is at hand.
export const Deno: typeof globalThis.Deno = globalThis.Deno;
