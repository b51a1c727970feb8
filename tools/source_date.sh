#!/bin/sh
# source_date.sh: the time of the sources in seconds, for what must be the same bytes each time it is
# made: SOURCE_DATE_EPOCH, or that of the last commit, or of the change log.
cd "$(dirname "$0")/.." || exit
if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
  printf '%s\n' "$SOURCE_DATE_EPOCH"
else
  git log -1 --format=%ct 2>/dev/null || date -r CHANGELOG.md +%s
fi
