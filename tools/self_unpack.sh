#!/bin/sh
# permaban, the self-unpacking form: this script, and behind it a gzipped tar of deno and the program.
# It unpacks once, into a folder named after the archive's hash, and then only starts what is there.
#
# Cron runs this as root, so nothing may be started that anybody else could have written: the folder
# must be a real one, the caller's own, and closed to others. Root never uses a folder in a home that
# $HOME names, since sudo may leave there somebody else's. Start-up forks twice, for the names of variables and for ls.

hash=@HASH@
self=$0
PATH=/usr/bin:/bin:/usr/sbin:/sbin

# Whatever would make deno, or the programs used here, do other than they are told.
set -f
IFS='
'
for line in $(export -p); do
  name=${line#export }
  name=${name#declare -x }
  name=${name%%=*}
  case $name in
    *[!A-Za-z0-9_]*) ;;
    DENO_* | NODE_* | NPM_CONFIG_* | npm_config_* | OTEL_* | RUST_* | LD_* | DYLD_* | TAR_OPTIONS | GZIP | \
      SSL_* | GLIBC_TUNABLES | *BLOCK_SIZE | BLOCKSIZE | LS_* | TIME_STYLE | QUOTING_STYLE | POSIXLY_CORRECT | MALLOC_* | V8_* | UV_*) unset "$name" ;;
  esac
done
unset IFS
set +f
# Where files may not grow (ulimit -f), what cannot be written is an error and not the end.
trap '' XFSZ

# ready FOLDER: the program is there, whole, and nobody but the caller can have put it there.
ready() {
  [ -O "$1" ] && [ -O "$1/$hash" ] && [ -O "$1/$hash/deno" ] &&
    [ -O "$1/$hash/program/main.js" ] || return
  case $(LC_ALL=C ls -ldn "$1" "$1/$hash" "$1/$hash/deno" "$1/$hash/program/main.js" 2>/dev/null) in
    drwx?-??-?*"
drwx------"*"
-rwx------"*" @DENO_SIZE@ "*"
-rw-------"*" @PROGRAM_SIZE@ "*) ;;
    *) return 1 ;;
  esac
}

# What V8 makes of the program is kept in deno_dir, which is as closed as the program, and whole: with
# lazy compilation, functions would be compiled again at each start.
start() {
  export HOME="$1/$hash" DENO_DIR="$1/$hash/deno_dir" DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1
  folder=$1/$hash
  shift
  # Where it cannot be kept, most of it would be made in vain.
  lazy=--no-lazy
  [ -w "$folder" ] || lazy=--lazy
  exec "$folder/deno" run --quiet --no-config --no-lock --no-remote --no-npm --cached-only --v8-flags=@V8_FLAGS@,$lazy \
    @PERMISSIONS@ "$folder/program/main.js" "$@"
}

# Where it may be unpacked, best first; $2 is empty where there is no second place.
if [ -n "$PERMABAN_CACHE" ]; then
  first=$PERMABAN_CACHE second=
elif [ -O / ]; then # root, told without starting a program
  first=/var/cache/permaban second=~root/.cache/permaban
else
  first=${XDG_CACHE_HOME:+$XDG_CACHE_HOME/permaban} second=${HOME:+$HOME/.cache/permaban}
fi

for cache in "$first" "$second"; do
  case $cache in /*) ! ready "$cache" || start "$cache" "$@" ;; esac
done

# The first start: unpack. Nothing here may read standard input, which is the program's.

stop() {
  printf 'permaban: error: %s\n' "$1" >&2
  exit 3
}

archive() {
  tail -n +@START@ "$self"
}

# unpack FOLDER: into FOLDER/$hash. Runs in a subshell; says why when it fails.
unpack() {
  umask 022
  mkdir -p "${1%/*}" || return
  umask 077
  mkdir "$1" 2>/dev/null || [ -d "$1" ] || mkdir "$1" || return
  # A folder that is a link, or that others may write, is not used, whoever made it so.
  case $(LC_ALL=C ls -ldn "$1") in drwx?-??-?*) [ -O "$1" ] ;; *) false ;; esac || {
    echo "$1 is not a folder that belongs to you and that only you can write"
    return 1
  }
  new=$(mktemp -d "$1/.unpack.XXXXXX") || return
  trap 'rm -rf "$new"' EXIT
  trap 'exit 1' HUP INT TERM
  archive | gzip -dc | tar -xof - -C "$new" || return
  "$new/deno" --version </dev/null >/dev/null 2>&1 || {
    echo "programs do not run in $1 (mounted noexec?)"
    return 1
  }
  # On disk before the rename: after a power cut there is a whole folder or none.
  sync "$new/deno" "$new"/program/* "$new/program" "$new" 2>/dev/null || sync
  # Another first start may be as far as this one; the first to rename wins, and if both do, one
  # lands inside the other's folder and is removed.
  if [ -e "$1/$hash" ] && ! ready "$1"; then rm -rf "${1:?}/$hash"; fi
  [ -e "$1/$hash" ] || mv "$new" "$1/$hash" || return
  rm -rf "${1:?}/$hash/${new##*/}"
  # Earlier versions, and what a killed start left, once they are a week old. The folder may hold
  # other things, so only what was unpacked here is touched: named after a hash, deno inside.
  for old in "$1"/* "$1"/.unpack.??????; do
    case ${old##*/} in
      .unpack.*) ;;
      *[!0-9a-f]*) continue ;;
      *) [ "${#old}" = "$((${#1} + 65))" ] || continue ;;
    esac
    [ "${old##*/}" != "$hash" ] && [ ! -h "$old" ] || continue
    case ${old##*/} in .unpack.*) ;; *) [ -f "$old/deno" ] || continue ;; esac
    [ -z "$(find "$old" -maxdepth 0 -type d -mtime +7)" ] || rm -rf "$old"
  done 2>/dev/null
  return 0
}

case $(archive | { sha256sum || shasum -a 256; } 2>/dev/null) in
  "$hash "*) ;;
  *) stop "$self is damaged: its checksum is wrong" ;;
esac

reasons=
for cache in "$first" "$second"; do
  case $cache in /*) ;; *) continue ;; esac
  if reason=$(unpack "$cache" 2>&1) && ready "$cache"; then
    [ -z "$reasons" ] || printf 'permaban: warning: unpacked to %s: %s\n' "$cache" "$reasons" >&2
    start "$cache" "$@"
  fi
  reasons=${reasons:+$reasons; }${reason%%"
"*}
done
[ -n "$reasons" ] || reasons='set HOME, XDG_CACHE_HOME or PERMABAN_CACHE to an absolute path'
stop "cannot unpack: $reasons"
