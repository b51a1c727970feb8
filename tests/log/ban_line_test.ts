import { assert, assertEquals } from "@std/assert";
import { type BanLine, looksLikeFail2ban, parseBanLine } from "../../lib/log/ban_line.ts";
import { FORMS, OTHER_LINES, OTHER_MESSAGES, PAD } from "./ban_forms.ts";
import { formatLocalTime, instantOf, UTC } from "../../lib/log/time_zone.ts";

const CONTEXT = { notAfter: Date.UTC(2026, 2, 10, 12) / 1000, zone: UTC };
function timeOf(ban: BanLine | undefined): string | undefined {
  return ban?.time && formatLocalTime(instantOf(ban.time, UTC), UTC);
}

for (const [name, prefix, time] of FORMS) {
  Deno.test(`parseBanLine() reads the form of ${name}`, () => {
    const ban = parseBanLine(`${prefix}[sshd] Ban 203.0.113.4`, CONTEXT);
    assertEquals(ban && { ...ban, time: timeOf(ban) }, {
      jail: "sshd",
      id: "203.0.113.4",
      restored: false,
      time,
    });
    const restored = parseBanLine(`${prefix}[a jail: "x"] Restore Ban 2001:db8::/48`, CONTEXT);
    assertEquals(restored && { ...restored, time: timeOf(restored) }, {
      jail: 'a jail: "x"',
      id: "2001:db8::/48",
      restored: true,
      time,
    });
  });

  Deno.test(`parseBanLine() counts no other message in the form of ${name}`, () => {
    for (
      const message of OTHER_MESSAGES
    ) assertEquals(parseBanLine(prefix + message, CONTEXT), undefined, message);
  });
}

Deno.test("parseBanLine() reads bans of hosts that are called as fail2ban is", () => {
  const withHost = FORMS.filter(([, prefix]) => / host /.test(prefix));
  assert(withHost.length > 10);
  for (const host of ["fail2ban", "fail2ban.actions", "fail2ban-server", "fail2ban.example.org"]) {
    for (const [name, prefix, time] of withHost) {
      const line = `${prefix.replace(" host ", ` ${host} `)}[sshd] Ban 203.0.113.4`;
      assertEquals(timeOf(parseBanLine(line, CONTEXT)), time, `${name}: ${line}`);
    }
  }
});

Deno.test("parseBanLine() wants logger, level and tag in their places", () => {
  for (const line of OTHER_LINES) assertEquals(parseBanLine(line, CONTEXT), undefined, line);
});

Deno.test("parseBanLine() keeps all of an ID, whatever it is", () => {
  const id = (text: string) =>
    parseBanLine(`2026-01-02 03:04:05,006 ${PAD}[1]: NOTICE  [j] Ban ${text}`, CONTEXT)?.id;
  assertEquals(id("some user"), "some user");
  assertEquals(id("203.0.113.4 "), "203.0.113.4 ");
  assertEquals(id("203.0.113.4] Ban 8.8.8.8"), "203.0.113.4] Ban 8.8.8.8");
});

Deno.test("parseBanLine() takes no long time over hostile lines", () => {
  const long = 60_000;
  for (
    const line of [
      `2026-01-02 03:04:05,006 fail2ban.actions${" ".repeat(long)}x Ban 8.8.8.8`,
      `<29>1 2026-04-12T02:08:41Z h fail2ban 1 - ${"[a]".repeat(long / 3)} Ban 8.8.8.8`,
      `<29>1 2026-04-12T02:08:41Z h fail2ban 1 - [${"\\a".repeat(long / 2)} Ban 8.8.8.8`,
      `2026-01-02 03:04:05,006 NOTICE${" ".repeat(long)} Ban 8.8.8.8`,
      `2026-01-02 03:04:05,006 NOTICE [${"[".repeat(long)}] Ban 8.8.8.8\n`.replace("] Ban", "Ban"),
    ]
  ) assertEquals(parseBanLine(line, CONTEXT), undefined);
});

Deno.test("looksLikeFail2ban() knows its lines, with or without its name", () => {
  for (
    const line of [
      "2026-11-22 14:18:47,504 INFO Starting Fail2ban v1.0.2",
      "2026-11-22 14:18:50,734 NOTICE [myjail] Unban 203.0.113.7",
      "2026-11-22 14:18:47,519 INFO   maxRetry: 2",
      "2026-11-22 14:18:47,524 INFO Jail 'myjail' started",
    ]
  ) assertEquals(looksLikeFail2ban(line), true, line);
  assertEquals(looksLikeFail2ban("Jan 16 17:11:25 host sshd[1]: Failed password for root"), false);
  assertEquals(looksLikeFail2ban(""), false);
});
