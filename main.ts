import { run } from "./lib/cli/run.ts";
import { realHost } from "./lib/cli/host.ts";

Deno.exit(await run(Deno.args, realHost()));
