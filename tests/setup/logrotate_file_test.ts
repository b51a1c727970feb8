import { assertEquals } from "@std/assert";
import { rotationOf } from "../../lib/setup/logrotate_file.ts";

const LOG = "/var/log/fail2ban.log";

/** What becomes of the log by files, as `file:line` and directives. */
function rotation(files: Record<string, string>) {
  const found = rotationOf(LOG, "/etc/logrotate.conf", {
    read: (path) => files[path],
    names: (path) =>
      Object.keys(files).filter((file) => file.startsWith(`${path}/`)).map((file) =>
        file.slice(path.length + 1)
      ),
  });
  return found && [`${found.file}:${found.line}`, Object.fromEntries(found.directives)];
}

Deno.test("rotationOf() reads what Debian's packages write", () => {
  assertEquals(
    rotation({
      "/etc/logrotate.conf":
        "# see man\nweekly\nrotate 4\ncreate\n#compress\ninclude /etc/logrotate.d\n",
      "/etc/logrotate.d/apt": "/var/log/apt/term.log {\n  rotate 12\n  monthly\n}\n",
      "/etc/logrotate.d/fail2ban":
        `${LOG} {\n\n    weekly\n    rotate 4\n    compress\n    # Do not\n    notifempty\n` +
        "    postrotate\n\tfail2ban-client flushlogs\n\trotate 99\n    endscript\n" +
        "    create 640 root adm\n}\n",
      "/etc/logrotate.d/fail2ban.dpkg-old": `${LOG} {\n  rotate 1\n}\n`,
    }),
    ["/etc/logrotate.d/fail2ban:1", {
      interval: "weekly",
      rotate: "4",
      create: "640 root adm",
      compress: "",
      notifempty: "",
    }],
  );
});

Deno.test("rotationOf() knows the log by any pattern, and what stands above", () => {
  const block = (head: string) =>
    rotation({ "/etc/logrotate.conf": `daily\n${head}\n  rotate=9\n}\n` });
  const found = (
    line: number,
  ) => [`/etc/logrotate.conf:${line}`, { interval: "daily", rotate: "9" }];
  assertEquals(block("/var/log/*.log {"), found(2));
  assertEquals(block('"/var/log/fail2ban.log" /x.log {'), found(2));
  assertEquals(block("/var/log/fail[0-9]ban.?og{"), found(2));
  assertEquals(block("/var/log/auth.log\n/var/log/fail2ban.log\n{"), found(4));
  for (
    const other of [
      "/var/*.log {",
      "/var/log/fail2banxlog {",
      "/var/log/fail2ban {",
      "/[ {",
      "/var/log/[z-a]ail2ban.log {",
    ]
  ) {
    assertEquals(block(other), undefined, other);
  }
});

Deno.test("rotationOf() ends with files that include themselves", () => {
  assertEquals(rotation({ "/etc/logrotate.conf": "include /etc/logrotate.conf\n" }), undefined);
  assertEquals(rotation({}), undefined);
});
