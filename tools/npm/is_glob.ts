// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/is_glob.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/is_glob.js";
