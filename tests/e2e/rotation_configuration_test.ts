/**
 * What doctor reads in the configuration of logrotate, beside what logrotate says itself.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { rotationOf } from "../../lib/setup/logrotate_file.ts";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { shell } from "./permaban.ts";

const CASES = [
  "weekly\nrotate 4\nLOG {\n  daily\n  rotate 7\n}\n",
  "weekly\nrotate 4\nLOG {\n  missingok\n}\n",
  "monthly\nLOG /nowhere/*.log {\n  postrotate\n    weekly\n  endscript\n  rotate 2\n  missingok\n}\n",
  'daily\n"LOG"\n{\nrotate=3\n}\n',
  "FOLDER/fail?ban.l[!abc]g {\n  yearly\n  # daily\n  rotate 1\n}\n",
  "hourly\nLOG {\n}\n",
  "FOLDER/*/fail2ban.log LOG.1 {\n  missingok\n  weekly\n}\n",
  "rotate 9\ninclude FOLDER/parts\n",
] as const;

testWith(
  ["logrotate"],
  "the configuration of logrotate is read as logrotate reads it",
  async () => {
    using folder = new Folder();
    const log = folder.write("fail2ban.log", "x\n");
    const filled = (text: string) => text.replaceAll("LOG", log).replaceAll("FOLDER", folder.path);
    folder.write("parts/a", "/nowhere/x.log {\n  missingok\n}\n");
    folder.write("parts/b", filled("LOG {\n  weekly\n}\n"));
    folder.write("parts/c~", filled("LOG {\n  yearly\n}\n"));
    const words = { "after 1 days": "daily", "after 1 hours": "hourly" };
    const results: unknown[] = [];
    for (const text of CASES) {
      const path = folder.write("logrotate.conf", filled(text));
      const { stdout } = await shell(`logrotate -d -s ${folder.at("state")} ${path} 2>&1`);
      const part = stdout.split("rotating pattern: ").find((part) =>
        part.includes(`considering log ${log}\n`)
      );
      const [, interval = "", count] =
        /(hourly|weekly|monthly|yearly|after 1 \w+) .*?\((\d+|no old logs)/.exec(part ?? "") ?? [];
      const said = part && [
        words[interval as keyof typeof words] ?? interval,
        count === undefined ? undefined : count.startsWith("no") ? "0" : count,
      ];
      const rotation = rotationOf(log, path, {
        read: (path) => Deno.statSync(path).isFile ? Deno.readTextFileSync(path) : undefined,
        names: (path) => [...Deno.readDirSync(path)].map(({ name }) => name).sort(),
      });
      const read = rotation && [
        rotation.directives.get("interval"),
        rotation.directives.get("rotate") ?? "0",
      ];
      assertEquals(read, said, `${text}\n${stdout}`);
      results.push(read);
    }
    assertEquals(results, [
      ...[["daily", "7"], ["weekly", "4"], ["monthly", "2"], ["daily", "3"], ["yearly", "1"]],
      ...[["hourly", "0"], undefined, ["weekly", "9"]],
    ]);
  },
);
