// @ts-types="./expand_glob.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/fs/1.0.23/expand_glob.js";
