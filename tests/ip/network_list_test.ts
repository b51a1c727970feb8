import { assertEquals } from "@std/assert";
import { formatNetwork, parseNetwork, readNetwork } from "../../lib/ip/network.ts";
import { LONGEST_NETWORK, NetworkList } from "../../lib/ip/network_list.ts";
import { random } from "../random.ts";
import { randomNetworks } from "./random_networks.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function printed(list: NetworkList, index: number, isAlwaysPrefixed = false): string {
  const bytes = new Uint8Array(LONGEST_NETWORK + 3);
  const end = list.write(index, bytes, 3, isAlwaysPrefixed);
  return new TextDecoder().decode(bytes.subarray(3, end));
}

Deno.test("NetworkList gives back what it took", () => {
  const networks = randomNetworks(random(5), 1000);
  const list = NetworkList.from(networks);
  assertEquals(list.length, 1000);
  assertEquals([...list], networks);
  assertEquals(networks.map((_, at) => printed(list, at)), networks.map(formatNetwork));
  assertEquals(networks.map((_, at) => list.familyAt(at)), networks.map(({ family }) => family));
  assertEquals(networks.map((_, at) => list.prefixAt(at)), networks.map(({ prefix }) => prefix));
  const copy = new NetworkList();
  copy.pushAll(list);
  copy.pushFrom(list, 7);
  assertEquals([...copy], [...networks, networks[7]]);
  assertEquals(NetworkList.from(list), list);
  copy.pushAll(list);
  copy.pushRows(list.six);
  copy.pushRows(list.four);
  assertEquals([...copy].slice(1001), [
    ...networks,
    ...networks.filter(({ family }) => family === 6),
    ...networks.filter(({ family }) => family === 4),
  ]);
});

Deno.test("NetworkList reads and prints as readNetwork() and formatNetwork() do", () => {
  const parts = [
    "",
    "0",
    "1",
    "9",
    "10",
    "32",
    "33",
    "96",
    "128",
    "129",
    "255",
    "256",
    "ff",
    "FFFF",
  ];
  const marks = [".", ".", ".", ":", ":", "::", "/", "", " ", "::ffff:", "1.2.3.4", "%", "-"];
  const next = random(6);
  const pick = (words: string[]) => words[Math.floor(next() * words.length)] ?? "";
  const texts = [
    ...[
      "1.2.3.4",
      "1.2.3.0/24",
      "1.2.3.4/24",
      "0.0.0.0/0",
      "1.2.3.4/32",
      "1.2.3.4/033",
      "1.2.3.4/",
    ],
    ...["::", "::/0", "1::/16", "1::/15", "::1/128", "::1/129", "::ffff:1.2.3.4", "::ffff:0:0/96"],
    ...["::ffff:0:0/95", "::fffe:0:0/95", "1:2:3:4:5:6:7:8/128", "1.2.3.4/1000", "::1/1e1", "ü"],
  ];
  for (let round = 0; round < 20_000; round++) {
    const length = 1 + Math.floor(next() * 9);
    texts.push(Array.from({ length }, () => pick(parts) + pick(marks)).join(""));
  }
  for (const text of texts) {
    const list = new NetworkList();
    const bytes = encode(`1${text}1`);
    const fault = list.read(bytes, 1, bytes.length - 1);
    const expected = readNetwork(text);
    assertEquals(fault ?? list.at(0), expected, text);
    assertEquals(list.length, fault === undefined ? 1 : 0);
    if (typeof expected !== "string") assertEquals(printed(list, 0), formatNetwork(expected));
  }
});

Deno.test("NetworkList prints the prefix length of a single address where it should", () => {
  const list = NetworkList.from(["192.0.2.1", "10.0.0.0/8", "::1"].map(parseNetwork));
  assertEquals([0, 1, 2].map((at) => printed(list, at, true)), [
    "192.0.2.1/32",
    "10.0.0.0/8",
    "::1/128",
  ]);
});

Deno.test("NetworkList.write() takes no more than it says", () => {
  const longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  const list = NetworkList.from([parseNetwork(longest)]);
  assertEquals(printed(list, 0, true), `${longest}/128`);
  assertEquals(`${longest}/128`.length, LONGEST_NETWORK);
});
