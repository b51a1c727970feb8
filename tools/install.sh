#!/bin/sh
# install.sh [install|uninstall]: puts permaban, its man page and its completions below PREFIX, or
# takes them away. It stands beside them where permaban was unpacked.
#
# PREFIX           /usr/local unless set
# DESTDIR          a folder in front of all paths, for packages
# ZSH_FUNCTIONS    where zsh looks for completions; $PREFIX/share/zsh/site-functions unless set
# FROM, PERMABAN   the folder with the files and the executable, if they are elsewhere
# FORCE            set to anything, uninstall takes the program away although something calls it
set -eu
from=${FROM:-$(dirname "$0")}
executable=${PERMABAN:-$from/permaban}
top=${DESTDIR:-}${PREFIX:-/usr/local}
zsh=${ZSH_FUNCTIONS:+${DESTDIR:-}$ZSH_FUNCTIONS}
zsh=${zsh:-$top/share/zsh/site-functions}

# put MODE FILE TARGET: the whole file or none, since cron may start it at this very moment.
put() {
  mkdir -p "${3%/*}"
  cp "$2" "$3.new"
  chmod "$1" "$3.new"
  mv -f "$3.new" "$3"
}

take() { # take MODE FILE TARGET
  rm -f "$3"
}

case ${1:-install} in
  install) do=put ;;
  uninstall) do=take ;;
  *)
    printf 'install.sh: error: "%s" is neither "install" nor "uninstall"\n' "$1" >&2
    exit 2
    ;;
esac
# The script that fail2ban, systemd or cron call at any time names the program that it calls.
program=${PREFIX:-/usr/local}/bin/permaban
if [ "$do" = take ] && [ -e "$top/bin/permaban" ] && [ -z "${FORCE:-}" ] &&
  grep -qsxF "permaban=$program" "${DESTDIR:-}/etc/permaban/firewall"; then
  cat >&2 <<END
install.sh: error: "permaban install" is in effect, and what it wrote calls $program
install.sh: hint: first take that back: $top/bin/permaban uninstall${DESTDIR:+ --root $DESTDIR}
install.sh: hint: FORCE=yes takes the program away all the same: then fail2ban or timers fail
END
  exit 1
fi
$do 755 "$executable" "$top/bin/permaban"
$do 644 "$from/permaban.8" "$top/share/man/man8/permaban.8"
$do 644 "$from/completions/permaban.bash" "$top/share/bash-completion/completions/permaban"
$do 644 "$from/completions/_permaban" "$zsh/_permaban"
$do 644 "$from/completions/permaban.fish" "$top/share/fish/vendor_completions.d/permaban.fish"
