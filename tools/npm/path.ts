// @ts-types="./path.d.ts"
export * from "../../.tools/node_modules/deno-std/path/mod.js";
