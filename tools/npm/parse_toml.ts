// @ts-types="./parse_toml.d.ts"
export * from "../../.tools/node_modules/deno-std/toml/parse.js";
