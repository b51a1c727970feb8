// As much of @std/path as is used here.
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/basename.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/basename.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/dirname.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/dirname.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/from_file_url.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/from_file_url.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/is_glob.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/is_glob.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/join.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/join.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/relative.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/relative.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/resolve.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/resolve.js";
