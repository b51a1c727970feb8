/** A way to get a list into the firewall. */
export interface PacketSetup {
  /** Its name in the table. */
  readonly name: string;
  /** The script that loads the list; its time is measured. */
  readonly load: string;
  /** Run once before the first load, not measured. */
  readonly prepare?: string;
  /** Run after each load, when packets have been sent. */
  readonly stop?: string;
  /** Programs it needs. */
  readonly needs: readonly string[];
  /** The longest list that it can bear. */
  readonly most: number;
}

/** The variants of iptables, which differ in how they hand rules to the kernel. */
const VARIANTS = ["legacy", "nft"] as const;

/** What a way that runs a program for each address can bear: 1,000 take it seconds. */
const SLOW = 1000;

/**
 * Lists the ways: permaban's and those that it takes the place of.
 *
 * @param permaban The program.
 * @param list A list of IPv4 addresses without comments.
 * @param count How many it has.
 * @param folder Where files may be made.
 * @returns The ways, permaban's usual one first.
 */
export function packetSetups(
  permaban: string,
  list: string,
  count: number,
  folder: string,
): PacketSetup[] {
  const restore = (words: string) => `'${permaban}' restore --quiet --blocklist '${list}' ${words}`;
  const rules = "iptables-restore -w --noflush";
  const chain = (words: string) => () => `${restore(`${words} --hook INPUT`)} | ${rules}`;
  const sets = `${restore("--format ipset")} | ipset restore`;
  const asking = () => `${sets} && ${restore("--rules --hook INPUT")} | ${rules}`;
  return [
    ...ofVariants("tree of chains", chain(""), folder),
    ...ofVariants("ipset", asking, folder, ["ipset"]),
    {
      name: "nft",
      load: `${restore("--format nft")} | nft -f -`,
      needs: ["nft"],
      most: Infinity,
    },
    ...ofVariants("flat chain", chain("--layout flat"), folder),
    ...ofVariants("a loop of `iptables -I`", () => loop(list), folder, [], SLOW),
    ...ofVariants("fail2ban's restart", () => restart(folder, count), folder, FAIL2BAN, SLOW)
      .map((setup) => ({
        ...setup,
        prepare: `${setup.prepare} && ${remember(folder, list, count)}`,
        stop: `${client(folder)} stop`,
      })),
  ];
}

const FAIL2BAN = ["fail2ban-server", "fail2ban-client"] as const;

/** The same way for each variant: `iptables` is a link to one of them, ahead in the PATH. */
function ofVariants(
  name: string,
  load: () => string,
  folder: string,
  needs: readonly string[] = [],
  most = Infinity,
): (PacketSetup & { readonly prepare: string })[] {
  return VARIANTS.map((variant) => {
    const links = ["iptables", "iptables-restore"].map((program) => {
      const target = program.replace("iptables", `iptables-${variant}`);
      return `ln -sf "$(command -v ${target})" '${folder}/${variant}/${program}'`;
    });
    return {
      name: `${name}, ${variant}`,
      prepare: `mkdir -p '${folder}/${variant}' && ${links.join(" && ")}`,
      load: `PATH='${folder}/${variant}':"$PATH" && export PATH && ${load()}`,
      needs: [`iptables-${variant}`, `iptables-${variant}-restore`, ...needs],
      most,
    };
  });
}

/** What the action of the well-known recipe does when fail2ban starts. */
function loop(list: string): string {
  return `iptables -w -N listed && iptables -w -I INPUT -j listed &&
    while read -r address; do iptables -w -I listed -s "$address" -j DROP || exit; done < '${list}'`;
}

function client(folder: string): string {
  const path = `${folder}/fail2ban`;
  return `fail2ban-client -c '${path}/etc' -s '${path}/socket' -p '${path}/pid'`;
}

/** Has fail2ban remember the bans, with a jail that does nothing else yet. */
function remember(folder: string, list: string, count: number): string {
  const path = `${folder}/fail2ban`;
  const database = `[Definition]
loglevel = INFO
logtarget = ${path}/log
syslogsocket = auto
socket = ${path}/socket
pidfile = ${path}/pid
dbfile = ${path}/bans.sqlite3
dbpurgeage = 10d
dbmaxmatches = 0
`;
  const jail = `[DEFAULT]
bantime = -1
usedns = no
backend = polling
[bench]
enabled = true
filter = none
logpath = ${path}/watched
action =`;
  return `rm -rf '${path}' && mkdir -p '${path}/etc/filter.d' && cd '${path}' && : > watched &&
    cp -r /etc/fail2ban/action.d etc/ &&
    printf '[Definition]\\nfailregex = ^bad <ADDR>$\\n' > etc/filter.d/none.conf &&
    cat > etc/fail2ban.conf <<'END' &&
${database}END
    cat > etc/jail.conf <<'END' &&
${jail}
END
    ${client(folder)} start && xargs ${client(folder)} set bench banip < '${list}' &&
    until [ "$(grep -c '\\] Ban ' log)" = ${count} ]; do sleep 0.1; done &&
    ${client(folder)} stop &&
    echo '  iptables-allports[name=bench, protocol=all, blocktype=DROP]' >> etc/jail.conf`;
}

/** Starts fail2ban, and waits until all is blocked again. */
function restart(folder: string, count: number): string {
  const dropped = "iptables -w -S f2b-bench 2> /dev/null | grep -c DROP";
  return `${client(folder)} start && until [ "$(${dropped})" = ${count} ]; do sleep 0.1; done`;
}
