#!/bin/sh
# self_unpack_test.sh FILE: tries the unpacking of the self-unpacking form where it could go wrong.
#
# As root, in a mount namespace of its own (unshare -m), so that it may lay empty, full, read-only and
# noexec file systems over /var/cache and root's home. Ends with its counts on a line by themselves.
set -u
if [ "${1:-}" != --inside ]; then
  [ -O / ] || { echo 'self_unpack_test.sh: only root can' >&2; exit 2; }
  place=$(mktemp -d)
  trap 'rm -rf "$place"' EXIT
  cp "$1" "$place/permaban" || exit
  version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$(dirname "$0")/../deno.json")
  unshare -m --propagation private sh "$0" --inside "$place" "permaban $version"
  exit
fi

place=$2 want=$3 home=$(printf %s ~root)
exe=$place/permaban
chmod 755 "$place" "$exe"
hash=$(sed -n 's/^hash=//p;/^hash=/q' "$exe")
passed=0 failed=0
nl='
'

check() { # check WHAT COMMAND…
  what=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n  status: %s\n  stdout: %s\n  stderr: %s\n' "$what" "$status" "$out" "$err"
  fi
}
fresh() { # fresh [CACHE-OPTIONS [HOME-OPTIONS]]: new file systems over both of root's places
  umount /var/cache "$home" 2>/dev/null
  mount -t tmpfs -o "${1:-size=400m},mode=755" none /var/cache
  mount -t tmpfs -o "${2:-size=400m},mode=700" none "$home"
}
start() { # start [COMMAND…]: permaban --version, with cron's empty environment and a closed input
  out=$("${@:-env}" -i ${HOME_IS+"HOME=$HOME_IS"} "$exe" --version 2>"$place/err" </dev/null)
  status=$?
  err=$(cat "$place/err")
}
start_with() { # start_with NAME=VALUE…: the same with these variables
  out=$(env -i "$@" "$exe" --version 2>"$place/err" </dev/null)
  status=$?
  err=$(cat "$place/err")
}
mode() { stat -c '%F %a %u' "$1"; }
worked() { [ "$status" = 0 ] && [ "$out" = "$want" ] && [ -z "$err" ]; }
fell_back() { # said so once, in one line, and did not touch the first place
  [ "$status" = 0 ] && [ "$out" = "$want" ] && [ -d "$home/.cache/permaban/$hash" ] || return
  case $err in *"$nl"*) false ;; "permaban: warning: unpacked to $home/.cache/permaban: "*) ;; *) false ;; esac
}
refused() {
  [ "$status" = 3 ] && [ -z "$out" ] || return
  case $err in *"$nl"*) false ;; "permaban: error: $1"*) ;; *) false ;; esac
}
entries() { find "$1" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l; }

fresh
start env
check 'cron, the first time' worked
check 'the folder is root'\''s alone' [ "$(mode /var/cache/permaban)" = 'directory 700 0' ]
check 'the folder in it, too' [ "$(mode "/var/cache/permaban/$hash")" = 'directory 700 0' ]
check 'nothing else is left' [ "$(entries /var/cache/permaban)" = 1 ]
made=$(stat -c %i "/var/cache/permaban/$hash")
start env
check 'the second time' worked
check 'it does not unpack again' [ "$(stat -c %i "/var/cache/permaban/$hash")" = "$made" ]

fresh
umount /var/cache
mount -t tmpfs -o size=600m,mode=755 none /var/cache
for i in 1 2 3 4; do env -i "$exe" --version >"$place/out$i" 2>&1 </dev/null & done
wait
out=$(cat "$place/out1" "$place/out2" "$place/out3" "$place/out4") err=
check 'four first starts at once' [ "$out" = "$want$nl$want$nl$want$nl$want" ]
check 'they leave one folder' [ "$(entries /var/cache/permaban)" = 1 ]
check 'with nothing left in it' [ "$(find "/var/cache/permaban/$hash" -name '.unpack.*' | wc -l)" = 0 ]

fresh
for killed in 0.05 0.1 0.2 0.4; do timeout -s KILL "$killed" env -i "$exe" --version >/dev/null 2>&1 </dev/null; done
start env
check 'after starts that were killed' worked
: >"/var/cache/permaban/$hash/program/main.js"
start env
check 'a program cut short is replaced' worked

# What V8 makes of the program is kept beside it, where that can be.
version=$want want=192.0.2.7
lists() { # lists [COMMAND…]: permaban list, with a list of one address
  out=$("${@:-env}" -i "$exe" list --quiet --blocklist "$place/list" 2>"$place/err" </dev/null)
  status=$?
  err=$(cat "$place/err")
}
printf '192.0.2.7\n' >"$place/list"
kept=/var/cache/permaban/$hash/deno_dir/v8_code_cache_v2
fresh
start env
for i in 1 2 3 4 5 6 7 8; do env -i "$exe" list --quiet --blocklist "$place/list" >"$place/out$i" 2>&1 </dev/null & done
wait
out=$(sort -u "$place"/out[1-8]) err=
check 'eight starts at once that compile' [ "$out" = "$want" ]
check 'what they compile is kept' [ -s "$kept-wal" ]
for killed in 0.01 0.02 0.03 0.04 0.05; do
  rm -f "$kept"*
  timeout -s KILL "$killed" env -i "$exe" list --blocklist "$place/list" >/dev/null 2>&1 </dev/null
  lists
  check "killed after $killed s while it compiles" worked
done
: >"$kept"
lists
check 'what was kept is lost' worked
head -c 100000 "$kept-wal" >"$place/cut" && cat "$place/cut" >"$kept-wal"
lists
check 'what was kept is cut short' worked
rm -rf "${kept%/*}"
lists sh -c 'ulimit -f 64 && exec env "$@"' -
check 'no large files' worked
rm -f "$kept"*
dd if=/dev/zero of=/var/cache/fill bs=64k 2>/dev/null
lists
check 'no room to keep it' worked
rm /var/cache/fill
mount -o remount,ro /var/cache
lists
check 'no right to keep it' worked
want=$version

# What somebody else might plant.
evil() { mkdir -p "$1/program" && printf '#!/bin/sh\necho evil\n' >"$1/deno" && : >"$1/program/main.js" && chmod 755 "$1/deno"; }
fresh
mkdir "$place/elsewhere"
ln -s "$place/elsewhere" /var/cache/permaban
start env
check 'a link for a folder is not followed' fell_back
check 'nothing is written through it' [ "$(entries "$place/elsewhere")" = 0 ]
start env
check 'the warning comes once' worked
fresh
evil "/var/cache/permaban/$hash"
chown -R 65534 /var/cache/permaban
start env
check 'the folder of another is not used' fell_back
fresh
evil "/var/cache/permaban/$hash"
chmod 1777 /var/cache/permaban
start env
check 'a folder open to all is not used' fell_back
fresh
mkdir -m 755 /var/cache/permaban
evil "/var/cache/permaban/$hash"
chown -R 65534 "/var/cache/permaban/$hash"
start env
check 'the folder of another, inside: replaced' worked
fresh
HOME_IS=$place/home
mkdir "$HOME_IS"
out=$(env -i HOME="$HOME_IS" XDG_CACHE_HOME="$HOME_IS/cache" "$exe" --version 2>"$place/err" </dev/null)
status=$? err=$(cat "$place/err")
check 'root looks into no home that the environment names' worked
check 'and writes nothing there' [ "$(entries "$HOME_IS")" = 0 ]
unset HOME_IS
mkdir "$place/bin"
for name in ls tail tar gzip mktemp sha256sum sync find; do cp /bin/false "$place/bin/$name"; done
fresh
out=$(env -i PATH="$place/bin" IFS=e TAR_OPTIONS=--nonsense GZIP=--nonsense DENO_DIR="$place/elsewhere" \
  DENO_V8_FLAGS=--nonsense NODE_OPTIONS=--nonsense DENO_PERMISSION_BROKER_PATH="$place/none" LD_PRELOAD= \
  "$exe" --version 2>"$place/err" </dev/null)
status=$? err=$(cat "$place/err")
check 'the environment changes nothing' worked
check 'and sends nothing elsewhere' [ "$(entries "$place/elsewhere")" = 0 ]

# File systems on which it cannot work.
fresh size=20m
start env
check 'no room in the first place' fell_back
check 'leaves nothing there' [ "$(entries /var/cache/permaban)" = 0 ]
fresh size=20m size=20m
start env
check 'no room at all' refused 'cannot unpack: '
check 'leaves nothing in the second' [ "$(entries "$home/.cache/permaban")" = 0 ]
fresh ro
start env
check 'a read-only first place' fell_back
fresh noexec
start env
check 'a first place without exec' fell_back
fresh
mount -t tmpfs -o ro none /var
start env
check 'no /var/cache at all' fell_back
umount /var

# A file that did not arrive whole.
fresh
whole=$exe exe=$place/short
head -c 20000000 "$whole" >"$exe" && chmod 755 "$exe"
start env
check 'a truncated file' refused "$exe is damaged"
{ cat "$whole" && echo; } >"$exe"
start env
check 'a file with something added' refused "$exe is damaged"
check 'unpacks nothing' [ "$(entries /var/cache)" = 0 ]
exe=$whole

# A folder that holds other things: of them only what was unpacked here a week ago may go.
fresh
mine=$place/mine
old=$(printf '%064d' 7)
other=$(printf '%064d' 8)
mkdir -m 700 "$mine" && mkdir "$mine/docs" "$mine/$old" "$mine/$other" "$mine/.unpack.abcdef" &&
  touch "$mine/note" "$mine/$old/deno" &&
  touch -d '10 days ago' "$mine/docs" "$mine/note" "$mine/$old" "$mine/$other" "$mine/.unpack.abcdef"
start_with "PERMABAN_CACHE=$mine"
check 'a folder that holds other things' worked
check 'keeps them' [ -d "$mine/docs" -a -f "$mine/note" -a -d "$mine/$other" ]
check 'and loses what is old' [ ! -e "$mine/$old" -a ! -e "$mine/.unpack.abcdef" ]
start_with BLOCK_SIZE=1M LS_BLOCK_SIZE=1M POSIXLY_CORRECT=1
check 'sizes in other units' worked

# Somebody other than root.
nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
start nobody env
check 'no home' refused 'cannot unpack: set HOME'
HOME_IS=/nonexistent
start nobody env
check 'a home that does not exist' refused 'cannot unpack: '
HOME_IS=$place/a\ home
mkdir "$HOME_IS" && chown 65534 "$HOME_IS"
start nobody env
check 'a user' worked
check 'in the user'\''s own cache' [ "$(mode "$HOME_IS/.cache/permaban/$hash")" = 'directory 700 65534' ]

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
