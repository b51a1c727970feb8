/**
 * The completions in the shells that they are for, each of which gets the same lines.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { COMMON_OPTIONS } from "../../lib/cli/command.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { Folder } from "../folder.ts";
import { testWith } from "../tools.ts";
import { permaban, shell } from "./permaban.ts";

const NAMES = [...COMMANDS.map(({ name }) => name), "help"];
/** The long options of a command that begin like this. */
function options(command: string, start = "--"): string[] {
  const own = COMMANDS.find(({ name }) => name === command)?.options;
  const names = Object.keys({ ...own, ...COMMON_OPTIONS }).map((name) => `--${name}`);
  const all = start.startsWith("--no-") ? names.map((name) => name.replace("--", "--no-")) : names;
  return all.filter((name) => name.startsWith(start));
}

const JAILS = ["apache-auth", "extra_1", "sshd"];

/** Lines that are completed at their end, each with what comes of it. */
const LINES: Record<string, readonly string[]> = {
  "permaban ": NAMES,
  "permaban sc": ["scan"],
  "permaban --h": ["--help"],
  "permaban help hist": ["history"],
  "permaban help list ": [],
  "permaban scan --jo": options("scan", "--jo"),
  "permaban scan --color ": ["auto", "always", "never"],
  "permaban scan --color=n": ["never"],
  "permaban restore --table ": ["filter", "mangle", "raw", "security"],
  "permaban restore -6 --layout f": ["flat"],
  "permaban scan --jail ": JAILS,
  "permaban scan --min-bans 3 --ignore-jail=ss": ["sshd"],
  "permaban scan --min-bans ": [],
  "permaban scan --no-min": options("scan", "--no-min"),
  "permaban scan --quiet --no-help": [],
  "permaban add ": [],
  "permaban add --jail sshd ": [],
  "permaban history ": ["show", "forget"],
  "permaban history --wait f": ["forget"],
  "permaban history show ": [],
  "permaban config rest": ["restore"],
  "permaban completions ": ["bash", "zsh", "fish"],
  "permaban list ": [],
  "permaban nonsense ": [],
  "permaban history show -- --be": [],
  ...Object.fromEntries(COMMANDS.map(({ name }) => [`permaban ${name} --`, options(name)])),
};
/** Lines that end where a file or a folder is wanted. */
const FILES: Record<string, readonly string[]> = {
  "permaban scan a": ["a-file", "a folder/"],
  "permaban scan --color never -- a": ["a-file", "a folder/"],
  "permaban restore --live a": ["a-file", "a folder/"],
  "permaban restore --live=a": ["a-file", "a folder/"],
  "permaban list --state a": ["a folder/"],
};

const HOSTILE = "$(touch hit)";

/** A folder with a file, a folder, and fail2ban's configuration, some of it hostile. */
function place(): Folder {
  const folder = new Folder();
  folder.write("a-file", "");
  folder.write("a folder/file", "");
  folder.write("fail2ban/jail.conf", "[from-the-package]\n");
  folder.write(
    "fail2ban/jail.local",
    "[INCLUDES]\nbefore = x\n[DEFAULT]\n[sshd]\nenabled = true\n# [not-this]\n  [nor-this]\n",
  );
  folder.write("fail2ban/jail.d/defaults.conf", "[sshd] # again\n[apache-auth]\n");
  folder.write(
    "fail2ban/jail.d/hostile.local",
    `[${HOSTILE}]\n[\`touch hit\`]\n[a;touch hit]\n[two words]\n[--update]\n[a\x1b[31mred]\n` +
      "[x]y]\n[\u202eabc]\n['q]\n[extra_1]\r\n",
  );
  return folder;
}

/** What a shell is to complete with, fail2ban's configuration being that of the folder. */
async function script(name: string, folder: Folder): Promise<string> {
  const { stdout, stderr, status } = await permaban(["completions", name]);
  assertEquals([status, stderr], [0, ""]);
  return stdout.replaceAll("/etc/fail2ban", folder.at("fail2ban"));
}

/** What came of each line, by `> LINE` and one word a line below it. */
function answers(text: string): Record<string, string[]> {
  return Object.fromEntries(
    text.split(/^> /m).slice(1).map((part) => {
      const [line = "", ...words] = part.split("\n");
      const bare = words.filter((word) => word !== "").map((word) =>
        word.replace(/^--[\w-]+=/, "")
      );
      return [line, [...new Set(bare)].sort()];
    }),
  );
}

function sorted(lines: Record<string, readonly string[]>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(lines).map(([line, words]) => [line, [...words].sort()]),
  );
}

/** Only the long options, where a single dash or two begin the word. */
function longOnly(found: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(found).map(([line, words]) => [
      line,
      words.filter((word) => !/^-[^-]/.test(word)),
    ]),
  );
}

function existsIn(folder: Folder, name: string): boolean {
  return [...Deno.readDirSync(folder.path)].some((entry) => entry.name === name);
}

testWith(["bash"], "bash completes", async () => {
  using folder = place();
  folder.write("completion", await script("bash", folder));
  folder.write(
    "run",
    `set -u
compopt() { printf '%s\\n' "$2"; }
. ./completion
while IFS= read -r line; do
  printf '> %s\\n' "$line"
  read -ra COMP_WORDS <<<"\${line//=/ = }"
  [[ $line != *' ' ]] || COMP_WORDS+=('')
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _permaban
  printf '%s\\n' "\${COMPREPLY[@]}"
done
COMP_WORDBREAKS=' '
COMP_WORDS=(permaban scan --color=n) COMP_CWORD=2
_permaban
printf '> whole\\n%s\\n' "\${COMPREPLY[@]/=/ }"
`,
  );
  const { stdout, stderr } = await shell("bash run", {
    cwd: folder.path,
    stdin: [...Object.keys(LINES), ...Object.keys(FILES)].map((line) => `${line}\n`).join(""),
  });
  assertEquals(stderr, "");
  const files = Object.entries(FILES).map(([line, [, file]]) =>
    [line, [file ? "default" : "dirnames"]] as const
  );
  assertEquals(longOnly(answers(stdout)), {
    ...sorted(LINES),
    ...Object.fromEntries(files),
    whole: ["--color never"],
  });
  assertEquals(existsIn(folder, "hit"), false);
});

/** Runs a shell on a terminal with keys that are typed; what it leaves in the file `out`. */
async function typed(command: string, keys: string, folder: Folder): Promise<string> {
  folder.write("keys", keys);
  const { stdout } = await shell(`timeout 60 script -qec '${command}' /dev/null < keys`, {
    cwd: folder.path,
    env: { TERM: "dumb" },
  });
  try {
    return folder.read("out");
  } catch {
    throw new Error(`${command} left nothing: ${stdout}`);
  }
}

testWith(["bash", "script"], "bash on a terminal completes and quotes names of files", async () => {
  using folder = place();
  folder.write("completion", await script("bash", folder));
  folder.write(HOSTILE, "");
  folder.write("rc", `. ./completion\npermaban() { printf '<%s>' "$@" >> out; echo >> out; }\n`);
  const out = await typed(
    "bash --noprofile --rcfile rc -i",
    "permaban restore --live a-\t\n" +
      "permaban restore --live=a-\t\n" +
      "permaban list --state a\t\n" +
      "permaban scan --color=al\t--jail ss\t\n" +
      "permaban scan $\t\n" +
      "permaban scan \\$\t\n" +
      "exit\n",
    folder,
  );
  assertEquals(
    out,
    "<restore><--live><a-file>\n<restore><--live=a-file>\n<list><--state><a folder/>\n" +
      "<scan><--color=always><--jail><sshd>\n" + `<scan><${HOSTILE}>\n`.repeat(2),
  );
  assertEquals(existsIn(folder, "hit"), false);
});

testWith(["zsh", "script"], "zsh completes", async () => {
  using folder = place();
  folder.write("functions/_permaban", await script("zsh", folder));
  folder.write("lines", [...Object.keys(LINES), ...Object.keys(FILES)].join("\n"));
  // Matches are written down as they are found.
  folder.write(
    "zdotdir/.zshrc",
    `fpath=($PWD/functions $fpath)
autoload -Uz compinit
compinit -u -D
LISTMAX=100000
compadd() {
  if (( \${argv[(I)-[OAD]]} )); then
    builtin compadd "$@"
    return
  fi
  local -a hits
  builtin compadd -O hits "$@"
  print -rl -- $hits >> out
  builtin compadd "$@"
}
zle-line-init() {
  local line
  for line in \${(f)"$(<lines)"}; do
    print -r -- "> $line" >> out
    BUFFER=$line
    CURSOR=$#BUFFER
    zle list-choices
  done
  exit
}
zle -N zle-line-init
`,
  );
  const out = await typed("ZDOTDIR=$PWD/zdotdir zsh -d -i", "", folder);
  // Where no word can come, it shows options.
  const found = answers(out.replaceAll("\\", ""));
  found["permaban list "] = found["permaban list "]?.filter((word) => !word.startsWith("-")) ?? [];
  const plain = Object.fromEntries(
    Object.entries(FILES).map(([line, words]) => [line, words.map((w) => w.replace("/", ""))]),
  );
  assertEquals(longOnly(found), sorted({ ...LINES, ...plain }));
  assertEquals(existsIn(folder, "hit"), false);
});

testWith(["fish"], "fish completes", async () => {
  using folder = place();
  folder.write("completion", await script("fish", folder));
  folder.write("lines", [...Object.keys(LINES), ...Object.keys(FILES)].join("\n") + "\n");
  folder.write(
    "run",
    `source completion
while read -l line
    printf '> %s\\n' $line
    complete -C $line | string replace -r '\\t.*' ''
end < lines
`,
  );
  const { stdout, stderr } = await shell("fish --no-config run", {
    cwd: folder.path,
    env: { HOME: folder.path },
  });
  assertEquals(stderr, "");
  assertEquals(longOnly(answers(stdout)), sorted({ ...LINES, ...FILES }));
  assertEquals(existsIn(folder, "hit"), false);
});

testWith(
  ["bash", "zsh", "fish"],
  "the scripts are right for their shells and all there",
  async () => {
    using folder = new Folder();
    for (const name of ["bash", "zsh", "fish"]) {
      folder.write(name, (await permaban(["completions", name])).stdout);
      const { status, stderr } = await shell(`${name} -n ${name}`, { cwd: folder.path });
      assertEquals([status, stderr], [0, ""], name);
      const printed = JSON.parse((await permaban(["completions", name, "--json"])).stdout);
      assertEquals(printed, { shell: name, script: folder.read(name) });
    }
  },
);
