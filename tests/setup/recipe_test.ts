import { assertEquals } from "@std/assert";
import { recognizeRecipe } from "../../lib/setup/recipe.ts";

const ACTION = `[Definition]
actionstart = <iptables> -N f2b-<name>
              cat /etc/fail2ban/ip.blocklist.<name> | while read IP; do echo $IP; done
actionban = echo '<ip>' >> /etc/fail2ban/ip.blocklist.<name>
`;

const recognize = (files: Record<string, string>) =>
  recognizeRecipe(new Map(Object.entries(files)));

Deno.test("recognizeRecipe() knows the recipe as it is published", () => {
  assertEquals(
    recognize({
      "action.d/iptables-repeater.conf": ACTION,
      "action.d/iptables.conf": "[Definition]\nactionban = <iptables> -I f2b-<name> -s <ip>\n",
      "filter.d/repeatoffender.conf": "[Definition]\nfailregex = x\n",
      "filter.d/sshd.conf": "[Definition]\nfailregex = x\n",
      "ip.blocklist.repeatoffender": "",
      "jail.conf": "[DEFAULT]\nenabled = false\n[sshd]\nport = ssh\n",
      "jail.local": "[sshd]\nenabled = true\n\n[repeatoffender]\nenabled = true\nfindtime = 1y\n" +
        "filter = repeatoffender\nbanaction = iptables-repeater[name=repeatoffender]\n",
    }),
    {
      lists: ["ip.blocklist.repeatoffender"],
      files: ["action.d/iptables-repeater.conf", "filter.d/repeatoffender.conf"],
      jails: [{ name: "repeatoffender", file: "jail.local", line: 5, isEnabled: true }],
    },
  );
});

Deno.test("recognizeRecipe() knows it under other names, and what decides", () => {
  assertEquals(
    recognize({
      "action.d/forever.local": ACTION,
      "filter.d/bans.conf": "[Definition]\nfailregex = x\n",
      "jail.local":
        "[again]\nfilter = bans\naction = mail\n  forever[name=again]\nenabled = true\n",
      "jail.d/z.local": "[again]\nenabled = false\n",
      "jail.d/permaban.conf": "[permaban]\naction = forever\nenabled = true\n",
    }),
    {
      lists: [],
      files: ["action.d/forever.local"],
      jails: [{ name: "again", file: "jail.d/z.local", line: 2, isEnabled: false }],
    },
  );
});

Deno.test("recognizeRecipe() takes nothing else for it", () => {
  assertEquals(recognize({}), undefined);
  assertEquals(
    recognize({
      "action.d/permaban.conf": "[Definition]\nactionban = /etc/permaban/firewall ban <ip>\n",
      "filter.d/permaban.conf": "[Definition]\n_ignored = permaban|recidive|repeatoffender\n",
      "jail.d/permaban.conf": "[permaban]\nenabled = true\n",
      "jail.conf": "[recidive]\nenabled = true\nbanaction = iptables-allports\n",
      "README.repeatoffender": "",
    }),
    undefined,
  );
});
