import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ipv6OfWords } from "../../lib/ip/address.ts";
import { formatNetwork, type Network, parseNetwork, shorten } from "../../lib/ip/network.ts";
import type { Ban } from "../../lib/log/ban.ts";
import { type BanBatch, BanPacker } from "../../lib/log/ban_batch.ts";
import { fingerprintOf } from "../../lib/log/fingerprint.ts";
import type { LogTrace } from "../../lib/log/log_trace.ts";
import { History, type HistoryNews } from "../../lib/offender/history.ts";
import { HistoryDamage, HistoryError } from "../../lib/offender/history_error.ts";
import { HEADER, toBlock } from "../../lib/offender/history_block.ts";
import { Folder } from "../folder.ts";
import { random } from "../random.ts";

const NOW = Date.UTC(2026, 10, 22, 14) / 1000;
const DAY = 86_400;
const YEAR = 365 * DAY;

/** A history in a folder of its own. */
class Kept extends Folder {
  readonly file = this.at("history");

  open(now = NOW): History {
    return new History(this.file, now);
  }

  bytes(): Uint8Array {
    return Deno.readFileSync(this.file);
  }

  /** The bans that a history has that is opened anew. */
  bans(): Ban[] {
    return bansOf(this.open());
  }

  /** Turns a bit of the file. */
  damage(at: number): void {
    const bytes = this.bytes();
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    Deno.writeFileSync(this.file, bytes);
  }

  names(): string[] {
    return Array.from(Deno.readDirSync(this.path), ({ name }) => name).sort();
  }
}

function ban(address: string, time = NOW, jail = "sshd", restored = false): Ban {
  return { network: address === "" ? undefined : parseNetwork(address), jail, time, restored };
}

/** Bans of one address, so many seconds apart. */
function series(address: string, count: number, from = NOW, step = 1): Ban[] {
  return Array.from({ length: count }, (_, at) => ban(address, from + at * step));
}

function bansOf(history: History): Ban[] {
  const bans: Ban[] = [];
  history.bans((ban) => bans.push(ban));
  return bans;
}

function packed(bans: readonly Ban[]): BanBatch[] {
  const batches: BanBatch[] = [];
  const packer = new BanPacker((batch) => batches.push(batch));
  bans.forEach((ban) => packer.add(ban));
  packer.flush();
  return batches;
}

function news(bans: readonly Ban[], more: Partial<HistoryNews> = {}): HistoryNews {
  return { batches: packed(bans), traces: [], gone: [], nextId: 1, ...more };
}

function trace(id: number, more: Partial<LogTrace> = {}): LogTrace {
  const text = fingerprintOf(new TextEncoder().encode(`log ${id}`));
  return { id, position: 5, length: 5, head: text, first: text, tail: text, files: [], ...more };
}

function randomBans(count: number, next: () => number): Ban[] {
  const jails = ["sshd", "", "__proto__", "\u202e\t\n\"'", "🦊", "x".repeat(3000), "\0"];
  const word = () => Math.floor(next() * 2 ** 32);
  const networkOf = (kind: number): Network | undefined => {
    if (kind === 0) return undefined;
    if (kind < 3) {
      const network: Network = { family: 4, address: word(), prefix: 32 };
      return kind === 1 ? network : shorten(network, Math.floor(next() * 33));
    }
    const words = Uint32Array.from({ length: 4 }, word);
    const network: Network = { family: 6, address: ipv6OfWords(words, 0), prefix: 128 };
    return kind === 3 ? network : shorten(network, Math.floor(next() * 129));
  };
  return Array.from({ length: count }, () => ({
    network: networkOf(Math.floor(next() * 5)),
    jail: jails[Math.floor(next() * jails.length)] ?? "",
    time: Math.floor((next() - 0.5) * 10 ** Math.floor(next() * 14)) + 0,
    restored: next() < 0.3,
  }));
}

Deno.test("bans come back from a history as they went in", async () => {
  using kept = new Kept();
  const next = random(5);
  const all: Ban[] = [];
  for (const count of [0, 1, 30_000, 7]) {
    const bans = randomBans(count, next);
    await kept.open().commit(news(bans));
    all.push(...bans);
    assertSame(kept.bans(), all);
  }
  await kept.open().rewrite();
  assertSame(kept.bans(), all);
});

/** Holds bans against others, in whatever order. */
function assertSame(found: readonly Ban[], wanted: readonly Ban[]): void {
  const names = (bans: readonly Ban[]) =>
    bans.map(({ network, jail, time, restored }) =>
      `${network && formatNetwork(network)} ${time} ${restored} ${jail}`
    ).sort();
  const [a, b] = [names(found), names(wanted)];
  assertEquals(found.length, wanted.length);
  assertEquals(a.find((name, at) => name !== b[at]), undefined);
}

Deno.test("a history keeps what it is told of logs", async () => {
  using kept = new Kept();
  const file = { path: "/var/log/a", identity: "1:2", size: 5, mtime: 1.5, isSettled: true };
  const open = ban("2001:db8::/32", NOW + 1);
  const traces = [trace(3, { files: [file], open, fault: "Cut" }), trace(4)];
  await kept.open().commit(news([ban("192.0.2.1")], { traces, nextId: 5 }));
  assertEquals(kept.open().state.traces, traces.map((one) => ({ ...one, open: one.open })));
  assertEquals(kept.open().state.nextId, 5);
  assertEquals(kept.bans(), [ban("192.0.2.1"), open]);
  const lost = news([], { traces: traces.slice(1), gone: traces.slice(0, 1), nextId: 5 });
  await kept.open().commit(lost);
  assertEquals(kept.open().gone(), traces.slice(0, 1));
  assertEquals(kept.bans(), [ban("192.0.2.1"), open]);
  await kept.open().rewrite();
  assertEquals(kept.open().gone(), traces.slice(0, 1));
  await kept.open().commit(news([], { traces, nextId: 5 }));
  assertEquals(kept.open().gone(), []);
  assertEquals(kept.bans(), [ban("192.0.2.1"), open]);
});

Deno.test("a ban of a usual year takes less than 16 bytes, however it came in", async () => {
  const next = random(8);
  const count = 200_000;
  const addresses = Array.from({ length: 20_000 }, (_, at) => {
    const words = Uint32Array.from({ length: 4 }, () => Math.floor(next() * 2 ** 32));
    const four: Network = { family: 4, address: words[0] ?? 0, prefix: 32 };
    const six: Network = { family: 6, address: ipv6OfWords(words, 0), prefix: 128 };
    return at % 10 === 0 ? six : four;
  });
  const jails = ["sshd", "postfix-sasl", "nginx-http-auth", "recidive"];
  const bans = Array.from({ length: count }, (_, at) => ({
    network: addresses[Math.floor(next() * addresses.length)],
    jail: jails[Math.floor(next() ** 3 * jails.length)] ?? "",
    time: NOW - YEAR + Math.floor(at / count * YEAR + next() * 60),
    restored: next() < 0.05,
  }));
  for (const runs of [1, 200]) {
    using kept = new Kept();
    for (let run = 0; run < runs; run++) {
      const history = kept.open();
      const traces = [trace(1), trace(2), trace(3), trace(4), trace(5)];
      const some = bans.slice(run * count / runs, (run + 1) * count / runs);
      await history.commit(news(some, { traces }));
      await history.tidy();
    }
    assertEquals(kept.bans().length, count);
    assert(kept.bytes().length <= 16 * count, `${kept.bytes().length / count}`);
    assertEquals(kept.open().size, kept.bytes().length);
  }
});

Deno.test("a history that was cut while it was appended to is what it was before", async () => {
  using kept = new Kept();
  const first = [ban("192.0.2.1"), ban("2001:db8::1", 5)];
  await kept.open().commit(news(first, { traces: [trace(1)], nextId: 2 }));
  const before = kept.bytes();
  const { state } = kept.open();
  const second = news([ban("192.0.2.2")], { gone: [trace(1)], traces: [trace(2)], nextId: 3 });
  await kept.open().commit(second);
  const after = kept.bytes();
  assertEquals(after.subarray(0, before.length), before);
  for (let length = before.length; length < after.length; length++) {
    Deno.writeFileSync(kept.file, after.subarray(0, length));
    const history = kept.open();
    assertEquals(history.state, state);
    assertEquals(bansOf(history), first);
    assertEquals(history.gone(), []);
    assertEquals(history.isCut, length > before.length);
    if (length % 5 > 0) continue;
    // One that has not looked at the bans must not append behind the rest either.
    for (const again of [history, kept.open()]) {
      Deno.writeFileSync(kept.file, after.subarray(0, length));
      await again.commit(second);
      assertEquals(kept.bytes(), after);
    }
  }
  assertEquals(kept.names(), ["history"]);
});

Deno.test("of a damaged history, the bans in whole blocks are kept and the file is set aside", async () => {
  using kept = new Kept();
  const sets = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map((address) => series(address, 3));
  const starts: number[] = [];
  for (const bans of sets) {
    starts.push(kept.names().length > 0 ? kept.bytes().length : 0);
    await kept.open().commit(news(bans, { traces: [trace(1)] }));
  }
  const whole = kept.bytes();
  for (let at = 0; at < (starts[2] ?? 0); at += 7) {
    Deno.writeFileSync(kept.file, whole);
    kept.damage(at);
    const damaged = kept.bytes();
    const history = kept.open();
    // Where the end looks well, it only shows when the bans are asked for.
    if (history.setAside === undefined) {
      assertThrows(() => history.bans(() => {}), HistoryDamage);
      assertEquals(kept.bytes(), damaged);
      history.putAside();
    }
    assert(history.setAside);
    assertEquals(Deno.readFileSync(history.setAside.path), damaged);
    // It stays until there is a new one.
    assertEquals(kept.bytes(), damaged);
    const found = bansOf(history);
    const lost = sets.filter((set) => !found.some(({ network }) => sameAs(network, set[0])));
    assertEquals(found, sets.filter((set) => !lost.includes(set)).flat());
    assert(lost.length <= 1, `at ${at}`);
    assertEquals([history.setAside.isSalvaged, history.state.traces], [true, []]);
    await history.commit(news([ban("192.0.2.9")]));
    assertEquals(kept.bans(), [...found, ban("192.0.2.9")]);
    Deno.removeSync(history.setAside.path);
  }
});

function sameAs(network: Network | undefined, other: Ban | undefined): boolean {
  return network?.address === other?.network?.address;
}

Deno.test("a history without a state is set aside, not taken for a new one", async () => {
  for (const count of [0, 100]) {
    using kept = new Kept();
    await kept.open().commit(news(series("192.0.2.1", count)));
    const bytes = kept.bytes();
    for (const length of [bytes.length - 1, HEADER.length + 30, HEADER.length, 1]) {
      Deno.writeFileSync(kept.file, bytes.subarray(0, length));
      const history = kept.open();
      assert(history.setAside);
      assertEquals(bansOf(history).length, length === bytes.length - 1 ? count : 0);
    }
  }
});

Deno.test("an empty file is a history that was lost", async () => {
  using kept = new Kept();
  kept.write("history", "");
  const history = kept.open();
  assertEquals(history.setAside?.isSalvaged, false);
  await history.commit(news([ban("192.0.2.1")]));
  assertEquals(kept.bans(), [ban("192.0.2.1")]);
});

Deno.test("a file that is no history is set aside, whatever it holds", () => {
  using kept = new Kept();
  const block = new TextDecoder().decode(toBlock("B", new Uint8Array(0)).slice(0, 12));
  for (const text of ["192.0.2.1\n", "permaban history x\n", "permaban history 0\n", block]) {
    const history = new History(kept.write("history", text), NOW);
    Deno.removeSync(kept.file);
    assertEquals(Deno.readTextFileSync(history.setAside?.path ?? ""), text);
    assertEquals([bansOf(history), history.setAside?.isSalvaged], [[], false]);
  }
  assertEquals(kept.names(), [
    "history.broken-20261122T140000Z",
    "history.broken-20261122T140000Z-2",
    "history.broken-20261122T140000Z-3",
    "history.broken-20261122T140000Z-4",
  ]);
});

Deno.test("a damaged last state is no run that was killed", async () => {
  using kept = new Kept();
  await kept.open().commit(news(series("192.0.2.1", 3)));
  await kept.open().commit(news(series("192.0.2.2", 3)));
  const bytes = kept.bytes();
  const at = bytes.length - 30;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  Deno.writeFileSync(kept.file, bytes);
  const history = kept.open();
  assertEquals(history.setAside?.isSalvaged, true);
  assertEquals(bansOf(history).length, 6);
});

Deno.test("what was forgotten stays so when the history is damaged", async () => {
  using kept = new Kept();
  const history = kept.open();
  const [one, other] = [series("192.0.2.1", 3, NOW - 9), series("192.0.2.2", 3, NOW - 9)];
  await history.commit(news([...one, ...other]));
  await history.rewrite({ networks: [parseNetwork("192.0.2.1")], before: -Infinity });
  const bytes = kept.bytes();
  bytes[HEADER.length + 25] = (bytes[HEADER.length + 25] ?? 0) ^ 1;
  Deno.writeFileSync(kept.file, bytes);
  const damaged = kept.open();
  damaged.putAside();
  assertEquals(one.map((ban) => damaged.isForgotten(ban)), [true, true, true]);
  assertEquals(other.map((ban) => damaged.isForgotten(ban)), [false, false, false]);
});

Deno.test("of a damaged history, a part that is there twice counts once", async () => {
  using kept = new Kept();
  await kept.open().commit(news(series("192.0.2.1", 3)));
  await kept.open().commit(news(series("192.0.2.2", 3)));
  const bytes = kept.bytes();
  // All blocks once more, behind something that is none.
  kept.write("history", new Uint8Array([...bytes, 0, ...bytes.subarray(HEADER.length)]));
  const history = kept.open();
  if (history.setAside === undefined) {
    assertThrows(() => history.bans(() => {}), HistoryDamage);
    history.putAside();
  }
  assertEquals(bansOf(history).length, 6);
});

Deno.test("a history of a later version is left alone", () => {
  using kept = new Kept();
  for (const version of ["2", "10", "999999999"]) {
    const text = `permaban history ${version}\nwhatever comes then`;
    kept.write("history", text);
    assertThrows(() => kept.open(), HistoryError, `in format ${version}`);
    assertEquals([kept.read("history"), kept.names()], [text, ["history"]]);
  }
});

Deno.test("a history that is only looked at changes nothing", async () => {
  using kept = new Kept();
  const look = () => new History(kept.file, NOW, { isLookingOnly: true });
  assertEquals(bansOf(look()), []);
  assertEquals(kept.names(), []);
  await kept.open().commit(news([ban("192.0.2.1")]));
  await kept.open().commit(news([ban("192.0.2.2")]));
  const whole = kept.bytes();
  assertEquals(bansOf(look()), [ban("192.0.2.1"), ban("192.0.2.2")]);
  assertEquals(kept.bytes(), whole);
  Deno.writeFileSync(kept.file, whole.subarray(0, -1));
  assertEquals(bansOf(look()), [ban("192.0.2.1")]);
  assertEquals(kept.bytes(), whole.subarray(0, -1));
  kept.damage(HEADER.length + 15);
  const damaged = kept.bytes();
  assertThrows(() => look(), HistoryError, "damaged");
  assertEquals([kept.bytes(), kept.names()], [damaged, ["history"]]);
});

Deno.test("bans that are too old are gone, also for a history that is opened again", async () => {
  using kept = new Kept();
  const bans = [-YEAR - 1, -YEAR, -YEAR + 1, 0].map((since) => ban("192.0.2.1", NOW + since));
  const history = kept.open();
  history.dropOlder(YEAR, NOW);
  await history.commit(news(bans));
  assertEquals(bansOf(history), bans.slice(1));
  assertEquals(kept.bans(), bans.slice(1));
  const later = kept.open(NOW + DAY);
  later.dropOlder(YEAR, NOW + 1);
  await later.commit(news([ban("192.0.2.2", NOW + 1)]));
  assertEquals(kept.bans(), [...bans.slice(2), ban("192.0.2.2", NOW + 1)]);
  assertEquals(kept.open().state.horizon, NOW + 1 - YEAR);
});

Deno.test("neither a wrong clock nor a wrong log alone makes a history drop anything", async () => {
  for (const [clock, newest] of [[NOW + 50 * YEAR, NOW], [NOW, NOW + 50 * YEAR]] as const) {
    using kept = new Kept();
    const bans = [ban("192.0.2.1", NOW - DAY), ban("192.0.2.1", newest)];
    for (const some of [bans, []]) {
      const history = kept.open(clock);
      history.dropOlder(YEAR, some.length > 0 ? newest : -Infinity);
      await history.commit(news(some));
      await history.rewrite();
      assertEquals(kept.bans(), bans);
    }
  }
});

Deno.test("the horizon of a history never moves back", async () => {
  using kept = new Kept();
  const horizons: (number | null)[] = [];
  const steps = [
    [NOW, YEAR, -Infinity],
    [NOW, YEAR, NOW],
    [NOW, 2 * YEAR, NOW],
    [NOW - DAY, YEAR, NOW],
    [NOW, YEAR, -Infinity],
    [NOW + DAY, YEAR, NOW + 2 * DAY],
  ] as const;
  for (const [clock, keep, newest] of steps) {
    const history = kept.open(clock);
    history.dropOlder(keep, newest);
    await history.commit(news([]));
    horizons.push(kept.open().state.horizon);
  }
  const since = NOW - YEAR;
  assertEquals(horizons, [null, since, since, since, since, since + DAY]);
});

Deno.test("a history is written anew when much of it is obsolete", async () => {
  using kept = new Kept();
  const bans = series("192.0.2.1", 1000);
  await kept.open().commit(news(bans));
  const traces = Array.from({ length: 50 }, (_, at) => trace(at));
  let [largest, smaller] = [0, 0];
  for (let run = 0; run < 90; run++) {
    const history = kept.open();
    const before = history.size;
    await history.commit(news([], { traces }));
    await history.tidy();
    if (history.size < before) smaller++;
    largest = Math.max(largest, kept.bytes().length);
  }
  assert(smaller > 0 && largest < 400_000, `${largest}`);
  assertEquals(kept.bans(), bans);
  assertEquals(kept.open().state.traces.length, 50);
});

Deno.test("bans that are too old do not take room for ever", async () => {
  using kept = new Kept();
  const old = series("192.0.2.1", 200_000, NOW - YEAR);
  await kept.open().commit(news(old));
  const history = kept.open();
  history.dropOlder(DAY, NOW);
  await history.commit(news([ban("192.0.2.2")]));
  assertEquals(bansOf(history), [ban("192.0.2.2")]);
  assert(history.size > 300_000);
  await history.tidy();
  assert(kept.bytes().length < 1000);
  assertEquals(kept.bans(), [ban("192.0.2.2")]);
});

Deno.test("a history forgets what it is told to, open lines of logs included", async () => {
  using kept = new Kept();
  const open = ban("192.0.2.1", NOW + 7);
  const traces = [trace(1, { open })];
  const gone = [trace(2, { open: ban("192.0.2.1", NOW + 8) })];
  const bans = [...series("192.0.2.1", 3), ...series("192.0.2.2", 3)];
  await kept.open().commit(news(bans, { traces, gone }));
  assertEquals(kept.bans().length, 8);
  const networks = [parseNetwork("192.0.2.1")];
  await kept.open().rewrite({ networks, before: -Infinity });
  assertEquals(kept.bans(), series("192.0.2.2", 3));
  assertEquals(kept.open().gone().length, 1);
  await kept.open(NOW + DAY).rewrite({ networks: [], before: NOW + 1 });
  await kept.open().commit(news([ban("192.0.2.3", NOW)]));
  assertEquals(kept.bans(), series("192.0.2.2", 2, NOW + 1));
});

Deno.test("a history that forgot what lies ahead keeps what comes then", async () => {
  using kept = new Kept();
  await kept.open().commit(news([ban("192.0.2.1"), ban("192.0.2.1", NOW + DAY)]));
  await kept.open().rewrite({ networks: [], before: NOW + 40 * YEAR });
  assertEquals(kept.bans(), []);
  await kept.open().commit(news([ban("192.0.2.2", NOW + 1)]));
  assertEquals(kept.bans(), [ban("192.0.2.2", NOW + 1)]);
});

Deno.test("a history keeps an answer until bans or options for it change", async () => {
  using kept = new Kept();
  const traces = [trace(1)];
  const answered = async () => {
    await kept.open().commit(news([ban("192.0.2.1")], { traces }));
    const text = { until: NOW + DAY, text: "printed ä\n" };
    kept.open().answer({ question: "what", at: NOW, offenders: 7 }, text);
  };
  await answered();
  const { answer } = kept.open().state;
  assertEquals([answer?.question, answer?.offenders, answer?.printed?.until], [
    "what",
    7,
    NOW + DAY,
  ]);
  assertEquals(new TextDecoder().decode(kept.open().printed()), "printed ä\n");
  await kept.open().commit(news([], { traces }));
  await kept.open().rewrite();
  assertEquals(kept.open().state.answer, answer);
  kept.write("history.printed", "printed é\n");
  assertEquals(kept.open().printed(), undefined);
  Deno.removeSync(kept.at("history.printed"));
  assertEquals(kept.open().printed(), undefined);
  const changes = [
    () => kept.open().commit(news([ban("192.0.2.1")], { traces })),
    () => kept.open().commit(news([], { traces: [trace(1, { open: ban("192.0.2.1") })] })),
    () => kept.open().rewrite({ networks: [], before: -Infinity }),
  ];
  for (const change of changes) {
    await answered();
    await change();
    assertEquals(kept.open().state.answer, undefined);
  }
});

Deno.test("only its owner may read a history, and no link is followed to write one", async () => {
  using kept = new Kept();
  const other = kept.write("other", "precious");
  Deno.symlinkSync(other, kept.at("history.printed"));
  await kept.open().commit(news([ban("192.0.2.1")]));
  kept.open().answer({ question: "", at: NOW, offenders: 0 }, { until: NOW, text: "x" });
  assertEquals(kept.read("other"), "precious");
  for (const name of ["history", "history.printed"]) {
    assertEquals((Deno.statSync(kept.at(name)).mode ?? 0) & 0o777, 0o600);
  }
});

Deno.test("a history that cannot be written says so", async () => {
  using kept = new Kept();
  const history = new History(kept.at("no/folder/history"), NOW);
  await assertRejects(() => history.commit(news([])), Error);
});
