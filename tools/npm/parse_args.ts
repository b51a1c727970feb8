// @ts-types="./parse_args.d.ts"
export * from "../../.tools/node_modules/deno-std/cli/parse_args.js";
