/**
 * Prints the man page: `man_page.ts DATE`.
 *
 * @module
 */

import { manPage } from "../lib/cli/man_page.ts";

const [date = ""] = Deno.args;
await Deno.stdout.write(new TextEncoder().encode(manPage(date)));
