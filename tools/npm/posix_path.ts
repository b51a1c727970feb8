// As much of @std/path/posix as is used here.
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/basename.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/basename.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/dirname.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/dirname.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/from_file_url.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/from_file_url.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/join.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/join.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/relative.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/relative.js";
// @ts-types="../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/resolve.d.ts"
export * from "../../.tools/node_modules/@deno/sandbox/esm/deps/jsr.io/@std/path/1.1.4/posix/resolve.js";
