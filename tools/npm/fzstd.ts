// @ts-types="../../.tools/node_modules/fzstd/lib/index.d.ts"
export * from "../../.tools/node_modules/fzstd/esm/index.mjs";
