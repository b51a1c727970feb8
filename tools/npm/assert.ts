// @ts-types="./assert.d.ts"
export * from "../../.tools/node_modules/deno-std/assert/mod.js";
