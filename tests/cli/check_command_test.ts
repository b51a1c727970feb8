import { assert, assertEquals } from "@std/assert";
import { run } from "../../lib/cli/run.ts";
import { formatNetwork, holds, type Network, parseNetwork } from "../../lib/ip/network.ts";
import { Folder } from "../folder.ts";
import { addressesOf, freeNetworks } from "../ip/random_networks.ts";
import { atOnce } from "../at_once.ts";
import { random } from "../random.ts";
import { lines, Place } from "./place.ts";
import { TestHost } from "./test_host.ts";

const listOf = (networks: readonly Network[], comment = "") =>
  networks.map((network) => `${formatNetwork(network)}${comment}\n`).join("");

const LAPSED = " # permaban since=2020-01-01T00:00:00Z until=2021-01-01T00:00:00Z";

/** A folder with lists, in which commands are run on a machine with addresses of its own. */
class Machine extends Folder {
  own: readonly string[] = [];

  async run(...words: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    const host = new TestHost();
    host.own = this.own;
    const places = ["--blocklist", this.at("list"), "--allowlist", this.at("allow")];
    const status = await run([...words, ...places, "--state", this.at("state"), "-q"], host);
    return { status, stdout: host.stdoutText, stderr: host.stderrText };
  }

  /** The addresses that batches of both families block. */
  async blocked(): Promise<Set<string>> {
    const networks: Network[] = [];
    for (const format of ["iptables", "ip6tables"]) {
      const { stdout } = await this.run("restore", "--json", "--format", format);
      networks.push(...JSON.parse(stdout).networks.map(parseNetwork));
    }
    return addressesOf(networks);
  }
}

interface Answer {
  readonly address: string;
  readonly blocked: boolean;
  readonly parts: readonly string[];
  readonly toFree: readonly string[];
  readonly toBlock: readonly string[];
}

function someMachine(next: () => number): Machine {
  const machine = new Machine();
  machine.write("list", listOf(freeNetworks(next, 25)) + listOf(freeNetworks(next, 5), LAPSED));
  machine.write("allow", listOf(freeNetworks(next, 8)));
  machine.own = freeNetworks(next, 3).map((network) =>
    formatNetwork({ ...network, prefix: network.family === 4 ? 32 : 128 } as Network)
  );
  return machine;
}

Deno.test("check says of addresses and networks what batches have of them", async () => {
  const next = random(61);
  for (let round = 0; round < 80; round++) {
    using machine = someMachine(next);
    const asked = [...freeNetworks(next, 12), parseNetwork("8.0.0.1")];
    const { stdout, status } = await machine.run("check", "--json", ...asked.map(formatNetwork));
    const answers: Answer[] = JSON.parse(stdout).answers;
    const blocked = await machine.blocked();
    answers.forEach((answer, at) => {
      const network = asked[at] ?? parseNetwork("::");
      const all = addressesOf([network]);
      const part = blocked.intersection(all);
      assertEquals(answer.address, formatNetwork(network));
      assertEquals(answer.blocked, part.size === all.size);
      const expected = answer.blocked ? [] : [...part].sort();
      assertEquals([...addressesOf(answer.parts.map(parseNetwork))].sort(), expected);
    });
    assertEquals(answers.length, asked.length);
    assertEquals(status, answers.every((answer) => answer.blocked) ? 0 : 1);
    const tabs = (await machine.run("check", ...asked.map(formatNetwork))).stdout;
    const states = [...tabs.matchAll(/^(\S+)\t(blocked|partly blocked|not blocked)$/gm)];
    assertEquals(
      states.map(([, address, state]) => `${address} ${state}`),
      answers.map(({ address, blocked, parts }) =>
        `${address} ${blocked ? "blocked" : parts.length > 0 ? "partly blocked" : "not blocked"}`
      ),
    );
  }
});

Deno.test("what check says frees or blocks an address does", async () => {
  let [freed, blocked, neither] = [0, 0, 0];
  await atOnce(0, 49, async (round) => {
    const next = random(6200 + round);
    using machine = someMachine(next);
    const [list, allow] = [machine.read("list"), machine.read("allow")];
    const [some = parseNetwork("8.0.0.2")] = freeNetworks(next, 3);
    const network = round % 6 === 5 ? parseNetwork(machine.own[0] ?? "8.0.0.2") : some;
    const ask = async (): Promise<Answer> => {
      const { stdout } = await machine.run("check", "--json", formatNetwork(network));
      return JSON.parse(stdout).answers[0];
    };
    const play = async (command: string) => {
      const { stderr } = await machine.run(...command.split(" ").slice(1));
      assertEquals(stderr.match(/error: .*/)?.[0], undefined, command);
    };
    const answer = await ask();
    assertEquals(answer.toFree.length > 0, answer.blocked || answer.parts.length > 0);
    for (const command of answer.toFree) {
      machine.write("list", list);
      machine.write("allow", allow);
      await play(command);
      const after = await ask();
      assertEquals([after.blocked, after.parts], [false, []], command);
      freed++;
    }
    machine.write("list", list);
    machine.write("allow", allow);
    for (const command of answer.toBlock) await play(command);
    const isProtected = addressesOf([network]).intersection(
      addressesOf(machine.own.map(parseNetwork)),
    ).size > 0;
    assertEquals((await ask()).blocked, !isProtected);
    if (isProtected) neither++;
    else blocked++;
  });
  assertEquals([freed > 20, blocked > 20, neither > 2], [true, true, true]);
});

/** What check prints in a place with a list, without the address. */
async function facts(place: Place, ...words: string[]): Promise<string[]> {
  const list = place.write("list", "");
  const { stdout } = await place.run(
    "check",
    "--state",
    place.state,
    "--blocklist",
    list,
    ...words,
  );
  return stdout.split("\n").slice(0, -1).map((line) => line.split("\t").slice(1).join(" "));
}

Deno.test("check counts the bans of the history as a scan does", async () => {
  using place = new Place();
  const log = place.log(
    "fail2ban.log",
    lines("192.0.2.7", 3) + lines("192.0.2.70", 9) + lines("192.0.2.7", 2, 86_400) +
      lines("2001:db8::1", 4) + lines("2001:db8::2", 4) +
      lines("192.0.2.7", 1).replace("sshd", "recidive"),
  );
  await place.scan(log);
  assertEquals(await facts(place, "192.0.2.7"), [
    "not blocked",
    "bans 192.0.2.7 5 2026-11-20T10:00:00 2026-11-21T10:00:01 sshd:5",
    "day 2026-11-20 3 sshd:3",
    "day 2026-11-21 2 sshd:2",
    "ignored jail recidive 1",
    "missing bans 5 5 10",
    "block permaban add 192.0.2.7",
  ]);
  assertEquals(await facts(place, "2001:db8::7"), [
    "not blocked",
    "counts as 2001:db8::/64",
    "bans 2001:db8::/64 8 2026-11-20T10:00:00 2026-11-20T10:00:03 sshd:8",
    "day 2026-11-20 8 sshd:8",
    "missing bans 2 8 10",
    "block permaban add 2001:db8::7",
  ]);
  const missing = async (...words: string[]) =>
    (await facts(place, ...words)).filter((fact) => fact.startsWith("missing"));
  assertEquals(await missing("192.0.2.7", "--min-bans", "6", "--jail", "recidive"), [
    "missing bans 5 1 6",
  ]);
  assertEquals((await facts(place, "192.0.2.7", "--min-bans", "5")).slice(-2), [
    "due 192.0.2.7",
    "block permaban add 192.0.2.7",
  ]);
  assertEquals(await missing("192.0.2.7", "--within", "2d"), ["missing bans 8 2 10"]);
  assertEquals(await missing("192.0.2.0/24"), []);
  assertEquals(await missing("2001:db8::7", "--ipv6-prefix", "128"), ["missing bans 10 0 10"]);
  // A log that is named counts instead.
  const other = place.log("other.log", lines("192.0.2.7", 1));
  assertEquals(await missing("192.0.2.7", "--log", other), ["missing bans 9 1 10"]);
  await place.run("pardon", "192.0.2.7", "--state", place.state);
  assertEquals((await facts(place, "192.0.2.7")).slice(1, 5), [
    "pardoned 192.0.2.7 1 2026-11-22T14:00:00Z -",
    "ignored pardoned 5",
    "ignored jail recidive 1",
    "missing bans 10 0 10",
  ]);
});

/** Options of a scan, and what they are for. */
const CHOICES = [
  "--min-bans 4",
  "--min-bans 4 --min-days 2",
  "--min-bans 5 --jail-min postfix=2 --ipv6-prefix 128",
  "--min-bans 3 --jail-weight postfix=0.5 --ipv6-prefix 126",
  "--min-bans 4 --subnet4 29:2 --subnet6 125:2 --ipv6-prefix 128",
  "--min-bans 3 --subnet4 30:3 --min-days 2 --ignore-jail postfix",
];

Deno.test("check says that a scan would list an address if it would", async () => {
  const next = random(63);
  const seen = { due: 0, open: 0, byAllowed: 0, byProtected: 0, byWide: 0, byEntry: 0 };
  for (let round = 0; round < 90; round++) {
    using machine = someMachine(next);
    const wide = next() < 0.15 ? "8.0.0.0/7\n" : "";
    const lapsed = listOf(freeNetworks(next, 4), LAPSED);
    machine.write("list", wide + listOf(freeNetworks(next, 2)) + lapsed);
    machine.write("allow", listOf(freeNetworks(next, 3)));
    if (next() < 0.5) machine.own = [];
    const addresses = Array.from({ length: 24 }, () => Math.floor(next() * 16)).map((low) => {
      const kind = next();
      if (kind < 0.04) return kind < 0.02 ? "8.0.0.0/7" : "2a00::/18";
      if (kind < 0.08) return kind < 0.06 ? "8.0.0.8/30" : "2a00::8/126";
      return kind < 0.54 ? `8.0.0.${low}` : `2a00::${low.toString(16)}`;
    });
    const log = machine.write(
      "fail2ban.log",
      addresses.map((address) => {
        const [count, day] = [1 + Math.floor(next() * 3), Math.floor(next() * 2)];
        const text = lines(address, count, day * 86_400);
        return next() < 0.3 ? text.replaceAll("sshd", "postfix") : text;
      }).join(""),
    );
    const words = CHOICES[round % CHOICES.length]!.split(" ");
    if (next() < 0.1) words.push("--allow-wide");
    const scan = await machine.run("scan", log, "--dry-run", "--json", ...words);
    const { decisions } = JSON.parse(scan.stdout) as { decisions: Record<string, string>[] };
    const decided = (network: string, ...kinds: string[]) =>
      decisions.filter(({ address = "", decision = "" }) =>
        kinds.includes(decision) && holds(parseNetwork(address), parseNetwork(network))
      ).map(({ address = "" }) => address)
        .sort((a, b) => parseNetwork(a).prefix - parseNetwork(b).prefix)[0];
    const networks = ["8.0.0.0/30", "8.0.0.8/29", "2a00::/125", "2a00::/64", "8.0.0.0/7"];
    const asked = [...new Set([...addresses, ...networks])];
    const answer = await machine.run("check", ...asked, "--json", "--log", log, ...words);
    for (const { address, blocked, due, allowed, missing } of JSON.parse(answer.stdout).answers) {
      const network = parseNetwork(address);
      const isAllowed = allowed.some((one: { address: string }) =>
        holds(parseNetwork(one.address), network)
      );
      const at = `round ${round}: ${address} ${words.join(" ")}\n${scan.stdout}`;
      const added = decided(address, "add");
      if (blocked || isAllowed) {
        // Whoever is allowed waits for nothing.
        assertEquals([due, missing], [null, []], at);
        continue;
      }
      assertEquals(due, added ?? null, at);
      if (due) assertEquals(missing, [], at);
      const refused = (kind: string) => !due && decided(address, kind) ? 1 : 0;
      seen.due += due ? 1 : 0;
      seen.open += missing.length > 0 ? 1 : 0;
      seen.byAllowed += due && allowed.length > 0 ? 1 : 0;
      seen.byProtected += refused("protected");
      seen.byWide += refused("wide");
      seen.byEntry += refused("covered") + refused("listed");
    }
  }
  for (const [what, count] of Object.entries(seen)) assert(count > 5, `${what} ${count}`);
});

Deno.test("check says where bans are from, and does without", async () => {
  using place = new Place();
  const list = place.write("list", "192.0.2.7\n");
  const ask = (...words: string[]) =>
    place.run("check", "192.0.2.7", "--state", place.state, "--blocklist", list, ...words);
  const none = await ask("--json");
  assertEquals(JSON.parse(none.stdout).source, null);
  assertEquals(JSON.parse(none.stdout).answers[0].bans, null);
  assertEquals(
    none.stderr,
    `permaban: There is no history "${place.state}/history", so no bans are counted\n` +
      "permaban: hint: --log '/var/log/fail2ban.log*' counts those in the logs\n",
  );
  assertEquals((await ask("-q")).stderr, "");
  await place.scan(place.log("fail2ban.log", lines("192.0.2.7", 3)));
  const history = await ask("--json");
  assertEquals(JSON.parse(history.stdout).source, {
    kind: "history",
    path: `${place.state}/history`,
    bans: 3,
    oldest: "2026-11-20T10:00:00",
    newest: "2026-11-20T10:00:02",
    updated: "2026-11-22T14:00:00",
  });
  assertEquals(
    history.stderr,
    `permaban: The history "${place.state}/history" of 2026-11-22T14:00:00 ` +
      "holds 3 bans since 2026-11-20\n",
  );
  assertEquals((await ask("--within", "3y")).stderr.includes("keeps no bans before"), true);
  place.damage();
  const damaged = await ask();
  assertEquals(damaged.status, 4);
  assertEquals(damaged.stdout.split("\n")[0], "192.0.2.7\tblocked");
  assertEquals(damaged.stderr.startsWith("permaban: error: Cannot use history"), true);
});

Deno.test("a configuration of scan and restore holds for check, too", async () => {
  using place = new Place();
  const list = place.write("list", "8.0.0.0/7\n");
  const log = place.log("fail2ban.log", lines("192.0.2.7", 3));
  const file = place.write("permaban.toml", "[scan]\nmin-bans = 4\n[restore]\nallow-wide = true\n");
  Deno.chmodSync(file, 0o600);
  const words = ["check", "192.0.2.7", "8.8.8.8", "--log", log, "--blocklist", list];
  const ask = async (...more: string[]) => {
    const { stdout } = await place.run(...words, "--state", place.state, ...more);
    return stdout.split("\n").filter((line) => /\t(?:missing|blocked)/.test(line));
  };
  assertEquals(await ask("--config", file), [
    "192.0.2.7\tmissing\tbans\t1\t3\t4",
    "8.8.8.8\tblocked",
  ]);
  assertEquals(await ask("--config", file, "--min-bans", "5"), [
    "192.0.2.7\tmissing\tbans\t2\t3\t5",
    "8.8.8.8\tblocked",
  ]);
  // A scan lists nothing that an entry holds, loaded or not.
  assertEquals(await ask(), ["192.0.2.7\tmissing\tbans\t7\t3\t10"]);
});

Deno.test("check tells people in sentences, and not more than they read", async () => {
  using folder = new Folder();
  const entries = Array.from({ length: 15 }, (_, at) => `198.51.100.${16 * at} # \x1b[2Jrow ${at}`);
  const list = folder.write("list", entries.join("\n"));
  const host = new TestHost();
  host.terminal = true;
  const words = ["check", "198.51.100.0/24", "-q", "--blocklist", list, "--state", folder.path];
  assertEquals(await run([...words, "--allowlist", folder.write("allow", "")], host), 1);
  const shown = host.stdoutText.split("\n");
  assertEquals(shown.slice(0, 3), [
    "198.51.100.0/24 is partly blocked",
    "  part       198.51.100.0",
    "             198.51.100.16",
  ]);
  assertEquals(shown.slice(10, 13), [
    "             198.51.100.144",
    "             and 5 more, which --json has",
    '  entry      198.51.100.0 in line 1, "\\x1b[2Jrow 0"',
  ]);
  assertEquals(shown.at(-2), "  to block   permaban add 198.51.100.0/24");
  host.stdoutText = "";
  const log = folder.write("log", lines("192.0.2.7", 2) + lines("192.0.2.7", 1, 86_400));
  const more = ["--allowlist", folder.at("allow"), "--log", log];
  await run(["check", "192.0.2.7", ...words.slice(2), ...more], host);
  assertEquals(
    host.stdoutText,
    `192.0.2.7 is not blocked
  bans       3 bans of 192.0.2.7, 2026-11-20T10:00:00 to 2026-11-21T10:00:00, sshd:3
  by day     2026-11-21, 1 ban, sshd:1
             2026-11-20, 2 bans, sshd:2
  so far     3 bans, 10 needed
  to block   permaban add 192.0.2.7
`,
  );
});
