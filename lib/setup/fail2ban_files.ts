/**
 * Files for fail2ban: an action, a filter, a jail and how long its database remembers.
 *
 * They hold to what fail2ban 0.10 and later understand; what is newer is ignored by older ones.
 *
 * @module
 */

import { FIREWALL_SCRIPT, type PlannedFile, type SetupOptions, YEAR } from "./setup_options.ts";

/** Where fail2ban is configured. */
export const FAIL2BAN_FOLDER = "/etc/fail2ban";

/** Makes the files for fail2ban. */
export function fail2banFiles(options: SetupOptions): PlannedFile[] {
  const file = (name: string, text: string) => ({
    path: `${FAIL2BAN_FOLDER}/${name}`,
    mode: 0o644,
    text,
  });
  const files = [
    file("action.d/permaban.conf", action(options)),
    file("filter.d/permaban.conf", FILTER),
    file("jail.d/permaban.conf", jail(options)),
  ];
  const { purgeSection } = options;
  if (purgeSection !== undefined) files.push(file("fail2ban.d/permaban.conf", purge(purgeSection)));
  return files;
}

function action({ onStop }: SetupOptions): string {
  return `# Blocks for good by permaban's list. Written by "permaban install"; put changes into
# permaban.local.

[Definition]

# The list is loaded whole, so bans that fail2ban restores from its database have nothing to add.
norestored = 1

# Status 4: part of the list could not be read, and all else is loaded. fail2ban takes any other status
# than 0 for a failure.
actionstart = ${FIREWALL_SCRIPT} load || [ $? = 4 ]

# What was blocked stays so while fail2ban is stopped or restarted, unless it is to be flushed.
actionstop = ${onStop === "flush" ? `${FIREWALL_SCRIPT} flush || [ $? = 4 ]` : ""}

actioncheck =

actionban = ${FIREWALL_SCRIPT} ban "<ip>" "<F-JAIL>" || [ $? = 4 ]

# "permaban remove ADDRESS" frees one.
actionunban =

[Init]

# A very long list takes iptables a while. Seconds.
timeout = 600
`;
}

/**
 * The same forms as in `ban_line`, without the time, which fail2ban cuts out of the line with all
 * that stands before it.
 */
const FILTER = String
  .raw`# Finds bans of other jails in fail2ban's own log. Written by "permaban install"; put changes into
# permaban.local.
#
# A line counts only if all of it is a ban, from its first character to its last: logs carry text of
# attackers in the middle of lines.

[Definition]

# Jails that only repeat what others say, this one first.
_ignored = permaban|recidive|repeatoffender

_logger = fail2ban\.(?:server\.)?actions *(?:\[\d+\])?: +(?:NOTICE|WARNING) +
_time = \d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? +
_daemon = fail2ban(?:-server)?(?:\[\d+\])?: (?:%(_time)s)?(?:%(_logger)s|(?:NOTICE|WARNING) +)?
_structured = \S+ \S+ (?:-|(?:\[(?:[^\]\\]|\\.)*\])+) +\ufeff?
_ban = \[(?!(?:%(_ignored)s)\])(?P<jail>[^\]]+)\] Ban <HOST>(?:/(?P<cidr>\d{1,3}))?$

# In this order: fail2ban's own file and its datagrams; a format without logger; a file of syslog or
# the journal's text; RFC 5424.
failregex = ^(?:<\d{1,3}>)? ?%(_logger)s%(_ban)s
            ^ +(?:NOTICE|WARNING) +%(_ban)s
            ^ \S+ (?:%(_logger)s|%(_daemon)s)%(_ban)s
            ^ \S+ fail2ban\.(?:server\.)?actions %(_structured)s(?:NOTICE|WARNING) +%(_ban)s
            ^ \S+ fail2ban(?:-server)? %(_structured)s(?:%(_time)s)?(?:%(_logger)s|(?:NOTICE|WARNING) +)?%(_ban)s

ignoreregex =

datepattern = ^(?:<\d{1,3}>(?:1 )?)?{DATE}
`;

function jail({ log }: SetupOptions): string {
  return `# Blocks for good whom other jails banned ten times within a year. Written by "permaban install";
# put changes into permaban.local or jail.local.

[permaban]

enabled = true
filter = permaban
action = permaban

# The log of today only: what was rotated is read by "permaban scan".
logpath = ${log}
backend = auto
skip_if_nologs = true

maxretry = 10
findtime = ${YEAR}

# What is for good is the list. fail2ban itself may forget an address at once: to unban it changes
# nothing, and a hundred thousand that it remembered would cost it 340 MB, three seconds at each
# start and six at each stop.
bantime = 600
bantime.increment = false

usedns = no
`;
}

function purge(section: string): string {
  return `# How long fail2ban's database keeps bans, for a jail that looks back for a year. Written by
# "permaban install"; put changes into permaban.local.

[${section}]

dbpurgeage = ${YEAR}
`;
}
