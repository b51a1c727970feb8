import { type AddressSource, formatIpv4, formatIpv6 } from "./address_source.ts";
import type { Random } from "./random.ts";

/** Somebody who gets banned, under one or several IDs. */
export interface Attacker {
  /** What counts as one offender: an address, a network (a /64 for IPv6), `null` for a mere name. */
  readonly offender: string | null;
  /** The IDs that appear in logs; several addresses of one /64, or one address in two spellings. */
  readonly ids: readonly string[];
  /** The jail that catches most of it. */
  readonly jail: string;
  /** How often it was banned so far. */
  bans: number;
  /** Whether a ban is in force. */
  banned: boolean;
}

/** Jails that see traffic; the first ones most of it. */
export const JAILS = [
  "sshd",
  "sshd",
  "sshd",
  "sshd",
  "postfix",
  "postfix",
  "nginx-http-auth",
  "dovecot",
] as const;

/** The jail whose filter calls something an ID that is no address. */
export const NAME_JAIL = "webapp";

/** The jail that bans whoever other jails banned often. */
export const RECIDIVE_JAIL = "recidive";

const IPV6_SHARE = 0.15;
const MAPPED_SHARE = 0.02;

/**
 * Makes the attackers of one run: about 15 % with IPv6 addresses, a few whole networks, a few names.
 *
 * @param random The numbers to draw from.
 * @param source Where addresses come from.
 * @param count How many attackers.
 * @returns The attackers, in the order that {@linkcode AttackerPicker} prefers.
 */
export function makeAttackers(random: Random, source: AddressSource, count: number): Attacker[] {
  // In a small cast each kind must appear, in a large one the odd ones must stay few.
  const rare = count < 1000 ? 40 : 400;
  return Array.from({ length: count }, (_, index) => {
    switch (index % rare) {
      case 3:
        return attacker(random, source.ipv4Network());
      case 21:
        return attacker(random, source.ipv6Network());
      case 11:
        return named(random, index);
      default:
        return random.chance(IPV6_SHARE) ? withIpv6(random, source) : withIpv4(random, source);
    }
  });
}

/** Chooses attackers so that a few come back all the time and most are hardly ever seen. */
export class AttackerPicker {
  readonly #attackers: readonly Attacker[];
  readonly #sums: Float64Array;
  readonly #random: Random;

  /**
   * Weighs the attackers as Zipf's law does: the nth has the weight 1 / (n + flatness).
   *
   * @param random The numbers to draw from.
   * @param attackers Whom to choose from, the most active first.
   * @param flatness How many of the first are about equally active.
   */
  constructor(random: Random, attackers: readonly Attacker[], flatness: number) {
    this.#random = random;
    this.#attackers = attackers;
    this.#sums = new Float64Array(attackers.length);
    let sum = 0;
    for (let i = 0; i < attackers.length; i++) {
      sum += 1 / (i + 1 + flatness);
      this.#sums[i] = sum;
    }
  }

  /** Returns the next attacker. */
  next(): Attacker {
    const sums = this.#sums;
    const wanted = this.#random.fraction() * (sums[sums.length - 1] ?? 0);
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    const chosen = this.#attackers[low];
    if (chosen === undefined) throw new RangeError("Cannot choose from no attackers");
    return chosen;
  }
}

function attacker(random: Random, offender: string, ids: string[] = [offender]): Attacker {
  return { offender, ids, jail: random.pick(JAILS), bans: 0, banned: false };
}

function withIpv4(random: Random, source: AddressSource): Attacker {
  const address = formatIpv4(source.ipv4());
  const mapped = random.chance(MAPPED_SHARE) ? [`::ffff:${address}`] : [];
  return attacker(random, address, [address, ...mapped]);
}

function withIpv6(random: Random, source: AddressSource): Attacker {
  const prefix = source.ipv6Prefix();
  const ids = new Set<string>();
  for (let count = 1 + random.below(5); count > 0; count--) {
    const host = random.chance(0.5)
      ? [0, 0, 0, 1 + random.below(0xffff)]
      : [0, 0, 0, 0].map(() => random.below(0x1_0000));
    ids.add(formatIpv6([...prefix, ...host]));
  }
  return attacker(random, `${formatIpv6([...prefix, 0, 0, 0, 0])}/64`, [...ids]);
}

function named(random: Random, index: number): Attacker {
  const names = [`mallory${index}`, `192.0.2.${256 + (index % 700)}`, `u${index}@example.org`];
  return { offender: null, ids: [random.pick(names)], jail: NAME_JAIL, bans: 0, banned: false };
}
