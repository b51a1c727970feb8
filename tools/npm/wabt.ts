import { createRequire } from "node:module";

/** As much of it as is used here. */
type Wabt = () => Promise<{
  parseWat(name: string, source: Uint8Array, features: { simd: boolean }): {
    validate(): void;
    toBinary(options: object): { buffer: Uint8Array };
    destroy(): void;
  };
}>;

// CommonJS, which Deno reads as such only if told to.
const load = createRequire(import.meta.url);
export default load("../../.tools/node_modules/wabt/index.js").default as Wabt;
