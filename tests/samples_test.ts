import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path/posix";
import { makeSamples, readSample } from "../bench/generate_samples.ts";

const SAMPLES = join(dirname(fromFileUrl(import.meta.url)), "testdata/sample-logs");

Deno.test("the sample logs are what the generator makes", async () => {
  for (const [name, text] of makeSamples().texts) {
    assertEquals(await readSample(join(SAMPLES, name)), text, name);
  }
});
