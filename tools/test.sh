#!/bin/sh
# test.sh ARGUMENT…: deno test with these, and its counts on a line by themselves at the end.
set -u
cd "$(dirname "$0")/.." || exit
. ./.tools/env.sh
# Unpacked here and not by all that the first test starts at once.
[ -z "${PERMABAN:-}" ] || "$PERMABAN" --version >/dev/null || exit
report=$(mktemp .tools/report.XXXXXX)
trap 'rm -f "$report"' EXIT
trap 'exit 1' HUP INT TERM
# shellcheck disable=SC2086 # flags or nothing
"$DENO" test --allow-all $SANITIZERS $IMPORT_MAP --junit-path="$report" "$@"
status=$?
# The sums stand in the JUnit report's outermost element; what was ignored, in elements of its own.
awk '
  match($0, /<testsuites [^>]*>/) {
    for (n = split($0, word, " "); n > 0; n--) {
      split(word[n], part, "\"")
      sum[part[1]] += part[2]
    }
  }
  /<skipped/ { skipped++ }
  END {
    failed = sum["failures="] + sum["errors="]
    if ("tests=" in sum) {
      printf "\n%d passed, %d failed, %d skipped\n", sum["tests="] - failed - skipped, failed, skipped
    } else {
      print "\ntest.sh: the tests did not run to their end"
    }
  }
' "$report"
exit "$status"
