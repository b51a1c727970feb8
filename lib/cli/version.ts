import manifest from "../../deno.json" with { type: "json" };

/** The version of permaban; `deno.json` is the one place that says it. */
export const VERSION: string = manifest.version;
