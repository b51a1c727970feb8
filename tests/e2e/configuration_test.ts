import { assertEquals, assertStringIncludes } from "@std/assert";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { shell } from "./permaban.ts";

testWith(
  ["root", "unshare", "mount"],
  "the default configuration is read if it is there",
  async () => {
    using folder = new Folder();
    // With a /etc of its own, of which the machine's knows nothing.
    const script = `
    mount -t tmpfs none /etc
    permaban config restore
    mkdir /etc/permaban
    permaban config restore | grep hook
    printf '[restore]\\nhook = ["INPUT"]\\n' > /etc/permaban/permaban.toml
    permaban config restore | grep hook
    permaban config restore --no-config | grep hook
    rm -r /etc/permaban
    touch /etc/permaban
    permaban list --blocklist /dev/null
    echo $?
  `;
    folder.write("script", `unset PERMABAN_CONFIG\n${script}`);
    const { stdout, stderr } = await shell("unshare -m --propagation private sh script", {
      cwd: folder.path,
    });
    const tail = 'hook-position = "first"  # default\n';
    const none = `hook = []  # default\n${tail}`;
    assertStringIncludes(stdout, "[restore]\nformat = ");
    assertEquals(
      stdout.slice(stdout.indexOf("allow-wide")),
      `allow-wide = false  # default\n${none}` +
        `hook = ["INPUT"]  # /etc/permaban/permaban.toml:2\n${tail}${none}3\n`,
    );
    assertEquals(
      stderr,
      "permaban: No configuration is read: the defaults hold\n".repeat(3) +
        'permaban: error: Cannot use configuration "/etc/permaban/permaban.toml": ' +
        "a part of the path is no folder\n",
    );
  },
);

testWith(["root"], "root takes no configuration of another user", async () => {
  using folder = new Folder();
  folder.write("permaban.toml", "quiet = true\n");
  const config = () => shell("permaban config --config permaban.toml", { cwd: folder.path });
  assertEquals((await config()).status, 0);
  Deno.chownSync(folder.at("permaban.toml"), 12_345, 0);
  const { stdout, stderr, status } = await config();
  assertEquals({ stdout, status }, { stdout: "", status: 3 });
  assertEquals(
    stderr,
    'permaban: error: Cannot use configuration "permaban.toml": ' +
      "It belongs to another user, number 12345\n" +
      "permaban: hint: if what it says is right: chown root 'permaban.toml'\n",
  );
});
