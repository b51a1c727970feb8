import { assertEquals } from "@std/assert";
import { checkCron } from "../../lib/setup/check_cron.ts";
import { RootFolder } from "../../lib/setup/root_folder.ts";
import { Folder } from "../folder.ts";

/** What is said of a line that reads the logs at some time, of a crontab of root's. */
function said(when: string): string[] {
  using folder = new Folder();
  folder.write("var/spool/cron/crontabs/root", `${when} permaban scan --update\n`);
  const root = new RootFolder(folder.path);
  const read = (path: string) => root.has(path) ? root.read(path) : undefined;
  return checkCron(root, read, undefined).map(({ message }) => message.replace(/^\S+ /, ""));
}

Deno.test("checkCron() knows which times cron understands", () => {
  for (
    const when of [
      ...["* * * * *", "*/5 * * * *", "0-59/7,3 1,2 1-31 jan-Dec 0-7", "0 0 29 2 *", "@daily"],
      ...["~ 4~8 ~5 * sun,Sat", "-*/5 * * * *", "0 0 30 2 mon", "0\t0  31 1,2 *", " 1 2 3 4 5"],
    ]
  ) assertEquals(said(when), [], when);
  for (
    const when of [
      ...["60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "x * * * *"],
      ...[
        "1-2-3 * * * *",
        "1~2~3 * * * *",
        "5-1 * * * *",
        "*/0 * * * *",
        "*/x * * * *",
        "1, * * * *",
        "* * * mon *",
        "@often",
      ],
      ...["* * * *", "1-2-3/4/5 * * * *", "- * * * *"],
    ]
  ) assertEquals(said(when), ["cron does not understand the line, and ignores the file"], when);
  for (const when of ["0 0 30 2 *", "0 0 31 2,4,jun *"]) {
    assertEquals(said(when), ["there is no such day, so the line never runs"], when);
  }
});
