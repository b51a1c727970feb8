/**
 * The part of the script that says what it loaded in another way, as long as that is still there.
 *
 * A load replaces what has the same names, and nothing else: neither what another format loaded before
 * an install that changed it, nor a jump from a chain that is no hook any more. The script has left a
 * trace of each in a folder that goes when the machine stops, as the rules do.
 *
 * @module
 */

import { leftBy, TAKING_OUT } from "./remaining_commands.ts";
import type { SetupOptions } from "./setup_options.ts";

/** The trace of each thing that can be left, what lists those there are, and how it looks among them. */
const TRACES = {
  chains: {
    format: "iptables",
    list: "{ iptables-save -t filter; ip6tables-save -t filter; } 2>/dev/null",
    pattern: "^:permaban ",
  },
  sets: { format: "ipset", list: "ipset list -n 2>/dev/null", pattern: "^permaban-[46]$" },
  table: { format: "nft", list: "nft list tables 2>/dev/null", pattern: "^table inet permaban$" },
} as const;

/** Makes the part. */
export function leftRulesPart({ format }: SetupOptions): string {
  // All that there is: what ipset loads holds what iptables does.
  const others = (["ipset", "nft"] as const).flatMap((other) => leftBy(other, format));
  const lines = others.map((part) => {
    const { format, list, pattern } = TRACES[part];
    const commands = TAKING_OUT[part].join("; ").replaceAll("'", "'\\''");
    return `  [ ! -e "$run/${format}.batch" ] || ${list} |
    say_if_left ${format} '${pattern}' '${commands}'`;
  });
  return `# Says what was loaded in another way since the machine started, as long as it is there.
say_left() {
${lines.join("\n")}
${format === "nft" ? "" : "  say_left_jumps\n"}}

say_if_left() { # say_if_left FORMAT PATTERN COMMANDS
  if grep -q -e "$2"; then
    printf '%s\\n' "$0: What $1 loaded before is still there. This takes it out: $3" >&2
  else
    rm -f "$run/$1.batch"
  fi
}
${format === "nft" ? "" : JUMPS}`;
}

const JUMPS = `
say_left_jumps() {
  for hook in $hooks; do : >"$run/hook.$hook"; done
  for trace in "$run"/hook.*; do
    hook=\${trace##*/hook.}
    case " $hooks " in *" $hook "*) continue ;; esac
    is_left=
    for family in iptables ip6tables; do
      sed -n "s/^-A \\($hook .*-[jg] permaban\\)\$/$family -w -D \\1/p" "$run/$family.live" 2>/dev/null >"$run/left"
      while read -r command; do
        is_left=1
        printf '%s\\n' "$0: $hook is no hook any more and still jumps to the list. This takes that out: $command" >&2
      done <"$run/left"
    done
    [ -n "$is_left" ] || rm -f "$trace"
  done
}
`;
