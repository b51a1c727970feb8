import type { Stopwatch } from "./measure.ts";

/** What a lab needs. */
export const LAB_TOOLS = ["unshare", "nsenter", "ip", "ping"] as const;

/** The machine with the firewall, and where packets to it come from. */
const MACHINE = "10.99.0.1";
const OUTSIDE = "10.99.0.9";

/** How long the packets of a burst should be under way together, in seconds. */
const BURST = 0.04;
const [FEWEST, MOST] = [100, 8000];

/**
 * Two hosts with a wire between them: one with a firewall, and one that has whatever addresses.
 *
 * Each is a network namespace that a process holds which ends with this program, however that ends;
 * so nothing is left behind, and the machine's own firewall is not touched.
 */
export class PacketLab implements AsyncDisposable {
  readonly #machine: Deno.ChildProcess;
  readonly #outside: Deno.ChildProcess;
  readonly #stopwatch: Stopwatch;

  private constructor(
    machine: Deno.ChildProcess,
    outside: Deno.ChildProcess,
    stopwatch: Stopwatch,
  ) {
    this.#machine = machine;
    this.#outside = outside;
    this.#stopwatch = stopwatch;
  }

  /**
   * Makes the hosts.
   *
   * @param addresses What the outer one has.
   * @param stopwatch What runs commands.
   * @returns The lab, where packets go through.
   */
  static async create(addresses: readonly string[], stopwatch: Stopwatch): Promise<PacketLab> {
    const [machine, outside] = [await hold(), await hold()];
    const lab = new PacketLab(machine, outside, stopwatch);
    await lab.#make(
      outside,
      `ip link set lo up
      ip link add v0 type veth peer name v0 netns ${machine.pid}
      ip addr add ${OUTSIDE}/24 dev v0
      ip link set v0 up
      ${addresses.map((address) => `ip addr add ${address}/32 dev lo`).join("\n")}`,
    );
    // No other route: a name server that cannot be reached is better than one that never answers.
    await lab.#make(
      machine,
      `ip link set lo up
      ip addr add ${MACHINE}/24 dev v0
      ip link set v0 up
      ${addresses.map((address) => `ip route add ${address} via ${OUTSIDE}`).join("\n")}`,
    );
    // The wire takes a moment.
    for (let tries = 0; tries < 20; tries++) {
      if ((await lab.answered([OUTSIDE])).length > 0) return lab;
    }
    throw new Error("No packet gets from one network namespace to the other");
  }

  /** The command that runs a script on the machine with the firewall. */
  inside(script: string): string {
    return at(this.#machine, script);
  }

  /**
   * Finds out who is answered.
   *
   * @param addresses Who asks, all at the same time.
   * @returns Those whom the machine answers.
   */
  async answered(addresses: readonly string[]): Promise<string[]> {
    const pings = addresses.map((address) =>
      `{ ping -c 1 -W 0.3 -I ${address} ${MACHINE} > /dev/null 2>&1 && echo ${address} >&2; } &`
    );
    const { errors } = await this.#stopwatch.run(at(this.#outside, `${pings.join("\n")}\nwait`));
    return addresses.filter((address) => errors.split("\n").includes(address));
  }

  /**
   * Measures how long a packet takes from an address to the machine and back.
   *
   * Packets go one after the other, and `ping` takes the times from the kernel, so who waits for the
   * processor is not in them. Whatever else runs only makes packets slower: so the slowest tenth of
   * them does not count, and of the bursts the fastest does. `ping` knows whole microseconds: the mean
   * of many round trips is finer.
   *
   * @param address An address that the machine answers.
   * @param bursts How many bursts of packets to send.
   * @returns The time of one round trip in seconds.
   */
  async roundTrip(address: string, bursts: number): Promise<number> {
    let fastest = await this.#burst(address, FEWEST);
    const count = Math.round(Math.min(MOST, Math.max(FEWEST, BURST / fastest)));
    for (let burst = 0; burst < bursts; burst++) {
      fastest = Math.min(fastest, await this.#burst(address, count));
    }
    return fastest;
  }

  async #burst(address: string, count: number): Promise<number> {
    const ping = `ping -i 0 -c ${count} -I ${address} ${MACHINE} >&2`;
    const { errors } = await this.#stopwatch.run(at(this.#outside, ping));
    const trips = Array.from(errors.matchAll(/ time=([0-9.]+) ms$/gm), ([, time]) => Number(time));
    if (trips.length < count) throw new Error(`Not all packets from ${address} came back`);
    const counting = trips.sort((a, b) => a - b).slice(0, Math.ceil(0.9 * count));
    return counting.reduce((sum, time) => sum + time, 0) / counting.length / 1000;
  }

  async #make(host: Deno.ChildProcess, script: string): Promise<void> {
    const { status, errors } = await this.#stopwatch.run(at(host, `set -e\n${script}`));
    if (status !== 0) throw new Error(`Cannot make a network: ${errors}`);
  }

  /** Both hosts are gone with all that was loaded. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const holder of [this.#machine, this.#outside]) {
      await holder.stdin.close();
      await holder.stdout.cancel();
      await holder.status;
    }
  }
}

/** Starts a process with a network of its own, which ends when its standard input does. */
async function hold(): Promise<Deno.ChildProcess> {
  const streams = { stdin: "piped", stdout: "piped", stderr: "inherit" } as const;
  const holder = new Deno.Command("unshare", { args: ["-n", "cat"], ...streams }).spawn();
  const writer = holder.stdin.getWriter();
  await writer.write(new Uint8Array([0]));
  writer.releaseLock();
  // What comes back comes from inside.
  const reader = holder.stdout.getReader();
  const { done } = await reader.read();
  reader.releaseLock();
  if (done) throw new Error("Cannot make a network namespace");
  return holder;
}

/** The command that runs a script on a host. */
function at({ pid }: Deno.ChildProcess, script: string): string {
  return `nsenter -t ${pid} -n sh -c '${script.replaceAll("'", "'\\''")}'`;
}
