import { assertEquals } from "@std/assert";
import { firewallScript } from "../../lib/setup/firewall_script.ts";
import { readScript } from "../../lib/setup/installed_script.ts";
import { OPTIONS } from "./options.ts";

/** Words of the shell's own that begin a command in the script. */
const SHELL =
  /^(?:case|continue|do|done|echo|else|esac|exec|exit|export|false|fi|for|if|in|printf|return|set|shift|then|umask|while)$/;

Deno.test("readScript() knows all programs that a script calls", () => {
  for (const format of ["iptables", "ipset", "nft"] as const) {
    const text = firewallScript({ ...OPTIONS, format });
    // What other formats have left is looked for only where their programs are.
    const code = text.replaceAll(/(?:^|\s)#.*$/gm, "").replaceAll(/'[^']*'/g, "''")
      .replace(/^say_left\(\)[^]*?^\}/m, "");
    const functions = Array.from(text.matchAll(/^(\w+)\(\)/gm), ([, name]) => name);
    const words = Array.from(
      code.matchAll(/(?:^|[|&;({!]|\b(?:then|do|else|if)\b)[ \t]*([a-z][\w-]*)(?=[ \t\n])/gm),
      ([, word = ""]) => word,
    );
    const programs = words.filter((word) =>
      !SHELL.test(word) && !functions.includes(word) && word !== "load"
    );
    const script = readScript(text);
    const families = format === "nft" ? [] : ["iptables-restore", "iptables-save"];
    assertEquals([...new Set([...programs, ...families])].sort(), [...script?.calls ?? []].sort());
    assertEquals(script?.callsForIpv6, families.map((name) => name.replace("ip", "ip6")));
  }
});
