import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { LogReadError, type LogSource, readLog } from "../../lib/log/read_log.ts";
import { random } from "../random.ts";
import { testWith } from "../tools.ts";

const TEXT = Array.from(
  { length: 30_000 },
  (_, at) =>
    `2026-01-02 03:04:05,006 fail2ban.actions [1]: NOTICE [j] Ban 10.${at % 251}.3.${at % 7}\n`,
).join("");
const GZIP = gzip(TEXT);

function gzip(text: string): Uint8Array {
  return new Uint8Array(gzipSync(text));
}

function concat(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const bytes = parts.map((part) =>
    typeof part === "string" ? new TextEncoder().encode(part) : part
  );
  return new Uint8Array(bytes.flatMap((part) => [...part]));
}

/** A source of bytes that gives at most so many at a time. */
function source(bytes: Uint8Array, atMost = Infinity, canRewind = true): LogSource {
  let at = 0;
  const read = (buffer: Uint8Array) => {
    const part = bytes.subarray(at, at + Math.min(atMost, buffer.length));
    buffer.set(part);
    at += part.length;
    return Promise.resolve(part.length > 0 ? part.length : null);
  };
  return canRewind ? { read, rewind: () => void (at = 0) } : { read };
}

/** All text of a log, and why it ended early. */
async function readAll(from: LogSource): Promise<{ text: string; error?: string; hint?: string }> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  try {
    for await (const chunk of readLog(from)) text += decoder.decode(chunk, { stream: true });
    return { text };
  } catch (error) {
    if (!(error instanceof LogReadError)) throw error;
    return { text, error: error.message, ...(error.hint ? { hint: error.hint } : {}) };
  }
}

Deno.test("readLog() passes plain text through", async () => {
  assertEquals(await readAll(source(concat(""))), { text: "" });
  assertEquals(await readAll(source(concat("a\nb"))), { text: "a\nb" });
  assertEquals(await readAll(source(concat(TEXT), 777)), { text: TEXT });
  assertEquals(await readAll(source(concat("BZhello"))), { text: "BZhello" });
});

Deno.test("readLog() inflates gzip, whatever the pieces", async () => {
  for (const atMost of [1, 100, 32 * 1024 + 1, Infinity]) {
    assertEquals(await readAll(source(GZIP, atMost)), { text: TEXT });
  }
  assertEquals(await readAll(source(gzip(""))), { text: "" });
});

Deno.test("readLog() reads all members of a gzip archive, padded with zeros or not", async () => {
  const members = concat(gzip("one\nBa"), gzip(""), gzip("n two\n"));
  assertEquals(await readAll(source(members)), { text: "one\nBan two\n" });
  assertEquals(await readAll(source(concat(members, new Uint8Array(5000)))), {
    text: "one\nBan two\n",
  });
  for (const zeros of [1, 5, 512, 100_000]) {
    const apart = concat(members, new Uint8Array(zeros), members, new Uint8Array(zeros), members);
    for (const size of [1, 333, Infinity]) {
      assertEquals(await readAll(source(apart, size)), { text: "one\nBan two\n".repeat(3) });
    }
  }
});

Deno.test("readLog() gives all text of a broken gzip archive before it says so", async () => {
  const half = GZIP.length >> 1;
  const badSum = GZIP.slice();
  badSum.set([0, 1, 2, 3], GZIP.length - 8);
  const cut = await readAll(source(GZIP.slice(0, half)));
  assertStringIncludes(cut.error ?? "", "unexpected end of file");
  assertEquals(cut.text, TEXT.slice(0, cut.text.length));
  for (
    const [bytes, fault] of [
      [badSum, "incorrect data check"],
      [concat(GZIP, "junk behind it"), "incorrect header check"],
      [concat(GZIP, new Uint8Array(9), "x"), "unexpected end of file"],
      [concat(GZIP, new Uint8Array(9), "junk behind zeros"), "incorrect header check"],
      [concat(GZIP, new Uint8Array(9), GZIP.slice(0, 7)), "unexpected end of file"],
      [GZIP.slice(0, -5), "unexpected end of file"],
      [concat(GZIP, GZIP.slice(0, 7)), "unexpected end of file"],
    ] as const
  ) {
    const { text, error } = await readAll(source(bytes));
    assertEquals(text, TEXT, fault);
    assertStringIncludes(error ?? "", fault);
  }
});

testWith(
  ["gzip"],
  "readLog() gives the text before damage in the middle, as gzip -dc does",
  async () => {
    const next = random(5);
    for (let round = 0; round < 5; round++) {
      const damaged = GZIP.slice();
      const at = Math.floor(GZIP.length * (0.3 + 0.6 * next()));
      damaged.fill(0xff, at, at + 64);
      const { text, error } = await readAll(source(damaged, 5000));
      assertStringIncludes(error ?? "", "Cannot read all of the gzip data");
      const peer = new Deno.Command("gzip", {
        args: ["-dc"],
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      })
        .spawn();
      const writer = peer.stdin.getWriter();
      // gzip stops reading at the fault.
      await writer.write(damaged).then(() => writer.close()).catch(() => {});
      const expected = new TextDecoder().decode((await peer.output()).stdout);
      assertEquals(text.slice(0, expected.length), expected.slice(0, text.length));
      // gzip holds back what it has not written of its window; nothing less may come out here.
      assertEquals(text.length >= expected.length, true, `${text.length} < ${expected.length}`);
    }
  },
);

Deno.test("readLog() cannot go back in a pipe, but says what is wrong", async () => {
  const { error } = await readAll(source(GZIP.slice(0, -5), 4096, false));
  assertStringIncludes(error ?? "", "unexpected end of file");
});

async function zstd(text: string, ...args: string[]): Promise<Uint8Array> {
  const child = new Deno.Command("zstd", {
    args: ["-qc", ...args],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  return (await child.output()).stdout;
}

testWith(["zstd"], "readLog() reads zstd: several frames, frames to skip, cut off", async () => {
  const frame = await zstd(TEXT);
  const skip = new Uint8Array([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  for (const atMost of [333, Infinity]) {
    assertEquals(await readAll(source(frame, atMost)), { text: TEXT });
    assertEquals(await readAll(source(concat(frame, skip, frame), atMost)), { text: TEXT + TEXT });
    assertEquals(await readAll(source(concat(skip, frame), atMost)), { text: TEXT });
  }
  assertEquals(await readAll(source(await zstd(TEXT, "--long=27", "-19"))), { text: TEXT });
  assertEquals(await readAll(source(await zstd(""))), { text: "" });
  const { text, error } = await readAll(source(frame.slice(0, -3)));
  assertEquals(text, TEXT);
  assertStringIncludes(error ?? "", "Cannot read all of the zstd data");
});

Deno.test("readLog() names the program for what it does not read", async () => {
  const xz = await readAll(source(new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4])));
  assertEquals(xz, {
    text: "",
    error: "Cannot read xz data",
    hint: "unpack it, or pipe it: xzcat FILE | permaban scan -",
  });
  const bzip2 = await readAll(source(concat("BZh91AY&SY")));
  assertEquals(bzip2.hint, "unpack it, or pipe it: bzcat FILE | permaban scan -");
});

Deno.test("readLog() passes on what the system refuses", async () => {
  const failing: LogSource = { read: () => Promise.reject(new Deno.errors.PermissionDenied("no")) };
  await assertRejects(() => readAll(failing), Deno.errors.PermissionDenied);
});
