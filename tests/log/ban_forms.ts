/**
 * Every form in which fail2ban logs a ban, and lines that are none.
 *
 * @module
 */

/** The logger as fail2ban pads it. */
export const PAD = "fail2ban.actions        ";

/** Every prefix under which a ban is logged, with the time that it tells (in UTC). */
export const FORMS: readonly (readonly [name: string, prefix: string, time: string | undefined])[] =
  [
    ["0.8.0", "2017-02-05 11:32:02,197 fail2ban.actions: WARNING ", "2017-02-05T11:32:02"],
    ["0.8.12", "2017-02-05 11:32:02,197 fail2ban.actions[123]: WARNING ", "2017-02-05T11:32:02"],
    [
      "0.9.0",
      "2017-02-05 11:32:02,197 fail2ban.server.actions[123]: NOTICE  ",
      "2017-02-05T11:32:02",
    ],
    ["0.9.1", `2017-02-05 11:32:02,197 ${PAD}[27932]: NOTICE  `, "2017-02-05T11:32:02"],
    ["padding=off", "2026-01-02 03:04:05,006 fail2ban.actions[1]: NOTICE ", "2026-01-02T03:04:05"],
    ["datetime=off", `${PAD}[12910]: NOTICE  `, undefined],
    ["datetime=off, padding=off", "fail2ban.actions[12910]: NOTICE ", undefined],
    ["format without logger", "2026-01-02 03:04:05,006 NOTICE ", "2026-01-02T03:04:05"],
    ["datagram", "<29>fail2ban.actions[12361]: NOTICE ", undefined],
    ["datagram, padded", `<29>${PAD}[12361]: NOTICE  `, undefined],
    ["RFC 3164", "Jan 16 17:11:25 host fail2ban.actions[6605]: NOTICE ", "2026-01-16T17:11:25"],
    [
      "RFC 3164, short day",
      "Jan  6 17:11:25 host fail2ban.actions[6605]: NOTICE ",
      "2026-01-06T17:11:25",
    ],
    [
      "RFC 3164, last year",
      "Dec 31 23:59:59 host fail2ban.actions[1]: NOTICE ",
      "2025-12-31T23:59:59",
    ],
    ["RFC 3164 of 0.8", "Feb  5 11:32:02 host fail2ban.actions: WARNING ", "2026-02-05T11:32:02"],
    ["RFC 3164, padded", `Jan 16 17:11:25 host ${PAD}[6605]: NOTICE  `, "2026-01-16T17:11:25"],
    [
      "RFC 3164 with priority",
      "<29>Jan 16 17:11:25 host fail2ban.actions[6605]: NOTICE ",
      "2026-01-16T17:11:25",
    ],
    [
      "ISO",
      "2026-04-12T02:08:41.872437+10:00 host fail2ban.actions[6605]: NOTICE ",
      "2026-04-11T16:08:41",
    ],
    [
      "ISO, journalctl -o short-iso",
      "2026-03-05T08:41:28+0100 host fail2ban.actions[6605]: NOTICE ",
      "2026-03-05T07:41:28",
    ],
    ["RFC 5424", "<29>1 2026-04-12T02:08:41Z host fail2ban 6605 - - ", "2026-04-12T02:08:41"],
    [
      "RFC 5424, logger in the message",
      "<29>1 2026-04-12T02:08:41Z host fail2ban 6605 - - fail2ban.actions[6605]: NOTICE ",
      "2026-04-12T02:08:41",
    ],
    [
      "RFC 5424, logger as program",
      "<29>1 2026-04-12T02:08:41.5-02:30 host fail2ban.actions 6605 - - NOTICE ",
      "2026-04-12T04:38:41",
    ],
    [
      "RFC 5424, structured data",
      String
        .raw`<29>1 2026-04-12T02:08:41Z host fail2ban 6605 - [meta q="a \] b"][x y="z"] NOTICE `,
      "2026-04-12T02:08:41",
    ],
    [
      "RFC 5424, byte-order mark",
      "<29>1 2026-04-12T02:08:41Z host fail2ban 6605 ID1 - \uFEFFNOTICE ",
      "2026-04-12T02:08:41",
    ],
    [
      "journal, SYSOUT",
      `Mar 05 08:41:28 host fail2ban-server[11524]: ${PAD}[11524]: NOTICE  `,
      "2026-03-05T08:41:28",
    ],
    [
      "journal, STDOUT",
      `Mar 05 08:41:29 host fail2ban-server[11524]: 2026-03-05 08:41:28,123 ${PAD}[11524]: NOTICE  `,
      "2026-03-05T08:41:28",
    ],
    ["journal, SYSTEMD-JOURNAL", "Jan 22 14:16:31 host fail2ban[15699]: ", "2026-01-22T14:16:31"],
    [
      "journal, short-iso",
      "2026-01-22T14:16:31+00:00 host fail2ban[15699]: ",
      "2026-01-22T14:16:31",
    ],
  ];

/** What follows such a prefix and is no ban. */
export const OTHER_MESSAGES: readonly string[] = [
  "[sshd] Unban 203.0.113.4",
  "[sshd] Repeal Ban 203.0.113.4",
  "[sshd] Reban 203.0.113.4",
  "[sshd] Reban 203.0.113.4, action 'iptables'",
  "[sshd] Increase Ban 203.0.113.4 (2 # 8s -> 2026-11-22 14:16:46)",
  "[sshd] Increase Ban 203.0.113.4 (2 # permanent -> infinite)",
  "[sshd] 203.0.113.4 already banned",
  "[sshd] Flush ticket(s) with iptables",
  "[sshd] Found 203.0.113.4",
  "[sshd] Found 203.0.113.4 - 2026-11-22 14:16:38",
  "[sshd] Found 203.0.113.4, bad - 2026-11-22 14:16:38, 1 # -> 2.0, Ban",
  "[sshd] IP 203.0.113.4 is bad: 1 # last 2026-11-22 14:16:30 - incr 4s to 8s",
  "[sshd] Ignore 203.0.113.4 by ip",
  "[sshd] Ignore 203.0.113.4, expired bantime",
  "[sshd] Would Ban 203.0.113.4",
  "[sshd]  Ban 203.0.113.4",
  "[sshd] ban 203.0.113.4",
  "[sshd] Ban",
  "[sshd] Ban ",
  "[] Ban 203.0.113.4",
  "sshd Ban 203.0.113.4",
  "Ban 203.0.113.4",
  "[sshd] [sshd] Ban 203.0.113.4",
  "Failed to execute ban jail 'sshd' action 'x' info 'ActionInfo({'matches': '[sshd] Ban 8.8.8.8'})': e",
  "Jail sshd says [sshd] Ban 8.8.8.8",
];

const time = "2026-01-02 03:04:05,006";

/** Lines that are nearly bans. */
export const OTHER_LINES: readonly string[] = [
  "[sshd] Ban 8.8.8.8",
  "NOTICE [sshd] Ban 8.8.8.8",
  `${time} [sshd] Ban 8.8.8.8`,
  `${time} INFO [sshd] Ban 8.8.8.8`,
  `${time} ${PAD}[1]: ERROR   [sshd] Ban 8.8.8.8`,
  `${time} ${PAD}[1]: INFO    [sshd] Ban 8.8.8.8`,
  `${time} ${PAD}[1]: DEBUG   [sshd] Ban 8.8.8.8`,
  `${time} fail2ban.filter         [1]: NOTICE  [sshd] Ban 8.8.8.8`,
  `${time} fail2ban.actions.action [1]: NOTICE  [sshd] Ban 8.8.8.8`,
  `${time} fail2ban.utils          [1]: ERROR   7f -- stderr: "[sshd] Ban 8.8.8.8"`,
  `x ${time} ${PAD}[1]: NOTICE  [sshd] Ban 8.8.8.8`,
  `${time} ${time} ${PAD}[1]: NOTICE  [sshd] Ban 8.8.8.8`,
  `2026-02-30 03:04:05,006 ${PAD}[1]: NOTICE  [sshd] Ban 8.8.8.8`,
  `2026-01-02 25:04:05,006 ${PAD}[1]: NOTICE  [sshd] Ban 8.8.8.8`,
  `Foo 16 17:11:25 host fail2ban.actions[1]: NOTICE [sshd] Ban 8.8.8.8`,
  `Jan 16 17:11:25 host sshd[1]: [sshd] Ban 8.8.8.8`,
  `Jan 16 17:11:25 host sshd[1]: NOTICE [sshd] Ban 8.8.8.8`,
  `Jan 16 17:11:25 host sshd[1]: fail2ban.actions[1]: NOTICE [sshd] Ban 8.8.8.8`,
  `Jan 16 17:11:25 host sshd[1]: x fail2ban[1]: [sshd] Ban 8.8.8.8`,
  `Jan 16 17:11:25 host notfail2ban[1]: [sshd] Ban 8.8.8.8`,
  `Jan 16 17:11:25 host fail2ban.actions[1]: [sshd] Ban 8.8.8.8`,
  `Jan 16 17:11:25 host fail2ban.filter[1]: NOTICE [sshd] Ban 8.8.8.8`,
  `<29>1 2026-04-12T02:08:41Z host sshd 6605 - - NOTICE [sshd] Ban 8.8.8.8`,
  `<29>1 2026-04-12T02:08:41Z host fail2ban 6605 - [sshd] Ban 8.8.8.8`,
  `<29>1 - host fail2ban 6605 - - [sshd] Ban 8.8.8.8`,
  `<29>1 2026-04-12T02:08:41Z host fail2ban.actions 6605 - - [sshd] Ban 8.8.8.8`,
];
