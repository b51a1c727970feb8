/**
 * Turns lib/log/byte_search.wat into lib/log/byte_search_wasm.ts; `make wasm` runs it.
 *
 * @module
 */

import wabt from "wabt";

const FOLDER = new URL("../lib/log/", import.meta.url);
const SOURCE = "byte_search.wat";

/** The module that holds the compiled form of `byte_search.wat`. */
export async function byteSearchModule(): Promise<string> {
  const { parseWat } = await wabt();
  const module = parseWat(SOURCE, await Deno.readFile(new URL(SOURCE, FOLDER)), { simd: true });
  module.validate();
  const { buffer } = module.toBinary({});
  module.destroy();
  const code = Array.from(buffer, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `// Made of ${SOURCE} by \`make wasm\`.\n\n` +
    `/** The compiled form of \`${SOURCE}\`, in hexadecimal digits. */\n` +
    `export const BYTE_SEARCH_WASM =\n  "${code}";\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("byte_search_wasm.ts", FOLDER), await byteSearchModule());
}
