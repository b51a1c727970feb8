/**
 * How long fail2ban takes to start with a long list, by permaban's action and by that of the recipe.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { scattered } from "../e2e/address_ranges.ts";
import { SERVER, SERVER_TOOLS } from "../e2e/fail2ban_server.ts";
import { onMachine, PROGRAM } from "../e2e/machine.ts";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";

/** Entries of permaban's list. */
const MANY = 100_000;
/** And of the recipe's, which takes a program for each. */
const FEW = 1000;

const TIMES = `
now() { date +%s%N; }
# From the start of the server until it answers, until another jail has banned, until the last address of
# a list is blocked, and how long it takes to stop. Milliseconds.
measure() { # measure NAME COMMAND…
  name=$1; shift; began=$(now)
  server start; ready=$(now)
  server set web banip 203.0.113.8; banned=$(now)
  within 6000 "$@"; blocked=$(now)
  server stop; stopped=$(now)
  for end in $ready $banned $blocked; do set -- "$@" $(((end - began) / 1000000)); done
  shift $(($# - 3))
  echo "$name $* $(((stopped - blocked) / 1000000))"
}
is_blocked() { iptables-save >/run/saved; grep -q -e "-s $1/32 -j" /run/saved; }
`;

const RECIPE = String.raw`
cat >/etc/fail2ban/action.d/again.conf <<'END'
[Definition]
actionstart = iptables -w -N f2b-again
              iptables -w -I INPUT -j f2b-again
              while read ip; do iptables -w -I f2b-again 1 -s $ip -j DROP; done </etc/fail2ban/ip.blocklist.again
actionstop = iptables -w -D INPUT -j f2b-again
             iptables -w -F f2b-again
             iptables -w -X f2b-again
actionban = iptables -w -I f2b-again 1 -s <ip> -j DROP
            echo <ip> >>/etc/fail2ban/ip.blocklist.again
[Init]
timeout = 600
END
printf '[again]\nenabled = true\nfilter = web\nlogpath = /var/log/auth.log\naction = again\n' >>/etc/fail2ban/jail.local
`;

testWith(SERVER_TOOLS, "a long list does not slow the start of fail2ban", async () => {
  using folder = new Folder();
  const addresses = Array.from({ length: MANY }, (_, at) => scattered(at));
  const few = addresses.slice(0, FEW);
  folder.write("many", addresses.map((address) => `${address}\n`).join(""));
  folder.write("few", few.map((address) => `${address}\n`).join(""));
  const { stdout, stderr, status } = await onMachine(
    `${SERVER}${TIMES}
    ${PROGRAM} install --quiet --part fail2ban --program ${PROGRAM} >/dev/null
    # The first start makes the database.
    server start; server stop
    measure without true
    ${PROGRAM} add --quiet - <many
    measure permaban is_blocked ${addresses.at(-1)}
    iptables -F; iptables -X
    ${PROGRAM} uninstall --quiet >/dev/null
    ${RECIPE}
    cp few /etc/fail2ban/ip.blocklist.again
    measure recipe is_blocked ${few.at(-1)}`,
    { cwd: folder.path },
  );
  assertEquals(status, 0, stdout + stderr);
  const times = new Map(
    stdout.trim().split("\n").map((line) => {
      const [name = "", ...numbers] = line.split(" ");
      return [name, numbers.map(Number)] as const;
    }),
  );
  const rows = Array.from(times, ([name, numbers]) => [name.padEnd(9), ...numbers].join("\t"));
  // deno-lint-ignore no-console -- these numbers are what one runs it for
  console.log(["milliseconds: ready, another jail bans, all blocked; stop", ...rows].join("\n"));
  const [none, many, recipe] = ["without", "permaban", "recipe"].map((name) => {
    const [ready = NaN, banned = NaN, blocked = NaN, stop = NaN] = times.get(name) ?? [];
    return { ready, banned, blocked, stop };
  });
  assert(none && many && recipe, stdout);
  // Nothing waits for the list: neither the server nor another jail.
  assert(many.ready < none.ready + 1000, stdout);
  assert(many.banned < none.banned + 1000, stdout);
  assert(many.stop < none.stop + 1000, stdout);
  // A hundred times as many, each of them far faster.
  assert((many.blocked - many.banned) / MANY < (recipe.blocked - recipe.banned) / FEW / 20, stdout);
});
