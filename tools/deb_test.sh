#!/bin/sh
# deb_test.sh: installs, upgrades, removes and purges the package for real, by dpkg: below a folder of
# its own, and, with all that it is for at work, on a machine that is started (tools/boot.sh). As root;
# nothing of this machine is changed.
set -eu
cd "$(dirname "$0")/.."
[ -O / ] || { echo 'deb_test.sh: only root can' >&2; exit 2; }
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' deno.json)
deb=dist/permaban_$version-1_$(dpkg --print-architecture).deb
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
trap 'exit 1' HUP INT TERM
root=$place/root

fail() {
  printf 'deb_test.sh: FAILED: %s\n' "$1" >&2
  [ ! -s "$place/log" ] || cat "$place/log" >&2
  exit 1
}
package() { # package OPTION…: dpkg in the folder, quiet if all is well
  dpkg --root="$root" --force-script-chrootless "$@" >"$place/log" 2>&1 || fail "dpkg $*"
  ! grep -i warning "$place/log" || fail "dpkg $* warns"
}
status() {
  dpkg-query --root="$root" -W -f '${db:Status-Status} ${Version}' permaban 2>/dev/null || :
}
is() { # is WHAT WANTED
  [ "$1" = "$2" ] || fail "\"$1\" where \"$2\" is right"
}
files() { # what there is besides dpkg's own
  (cd "$root" && find . ! -path './var/lib/dpkg*' ! -path './var/log*' | LC_ALL=C sort)
}

# A system that has nothing but what the package depends on.
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates" "$root/var/log" "$root/etc" \
  "$root/var/lib/other" "$root/var/cache" "$root/usr/lib/other"
for name in libc6 libgcc-s1; do
  dpkg-query -s "$name" | sed -n '/^Package\|^Status\|^Architecture\|^Version\|^Multi-Arch/p'
  printf '%s\n' /. /usr /usr/lib >"$root/var/lib/dpkg/info/$name:$(dpkg --print-architecture).list"
  printf 'Maintainer: nobody\nDescription: stands in for the real one\n\n'
done >"$root/var/lib/dpkg/status"
empty=$(files)

package -i "$deb"
is "$(status)" "installed $version-1"
is "$(dpkg --root="$root" --verify permaban)" ''
export PERMABAN_CACHE="$root/var/cache/permaban"
is "$("$root/usr/bin/permaban" --version)" "permaban $version"
is "$(LC_ALL=C.UTF-8 man -l --warnings "$root/usr/share/man/man8/permaban.8.gz" 2>&1 >/dev/null)" ''
gzip -dc "$root/usr/share/doc/permaban/changelog.gz" | cmp - CHANGELOG.md || fail 'the change log'
is "$(bash -c '. "$1"; complete -p permaban' - "$root/usr/share/bash-completion/completions/permaban")" \
  'complete -F _permaban permaban'
is "$(cd "$root" && find usr ! -user root -o ! -group root -o -perm /022 ! -type l)" ''

# What an admin and permaban itself leave behind.
permaban() {
  "$root/usr/bin/permaban" "$@" --no-config --quiet --state "$root/var/lib/permaban"
}
permaban add 192.0.2.7
mkdir "$root/etc/permaban"
cp docs/permaban.toml "$root/etc/permaban"
kept() {
  is "$(cut -d ' ' -f 1 "$root/var/lib/permaban/blocklist")" 192.0.2.7
  cmp docs/permaban.toml "$root/etc/permaban/permaban.toml" || fail 'the configuration is lost'
}

# A later version with one file less.
dpkg-deb -R "$deb" "$place/next"
sed -i "s/^Version: .*/Version: $version.1-1/" "$place/next/DEBIAN/control"
rm "$place/next/usr/share/doc/permaban/README.md"
sed -i '/README/d' "$place/next/DEBIAN/md5sums"
dpkg-deb --root-owner-group -Znone -b "$place/next" "$place/next.deb" >/dev/null
package -i "$place/next.deb"
is "$(status)" "installed $version.1-1"
[ ! -e "$root/usr/share/doc/permaban/README.md" ] || fail 'a file of the old version is left'
kept
is "$(permaban list)" 192.0.2.7

touch "$root/etc/permaban/installed"
package -r permaban
grep -q 'run "permaban uninstall"' "$place/log" || fail 'it does not say what stays'
is "$(cd "$root/usr" && find . -type f)" ''
kept
package -i "$deb"
kept
is "$(permaban list)" 192.0.2.7

package -P permaban
is "$(status)" ''
is "$(files)" "$empty"

# An earlier version, from the same sources.
mkdir "$place/earlier" "$place/machine"
cp -R Makefile main.ts mod.ts deno.json lib tools docs README.md CHANGELOG.md LICENSE "$place/earlier"
cp -R .tools "$place/earlier/.tools"
sed -i 's/^  "version": .*/  "version": "0.0.9",/' "$place/earlier/deno.json"
form=compile
[ "$(head -c 2 dist/permaban)" != '#!' ] || form=selfunpack
SOURCE_DATE_EPOCH=$(sh tools/source_date.sh) make -s -C "$place/earlier" deb FORM="$form" >"$place/log" 2>&1 ||
  fail 'the earlier version'
cp "$place"/earlier/dist/permaban_0.0.9-1_*.deb "$place/machine/earlier.deb"
cp "$deb" "$place/machine/now.deb"
rm -r "$place/earlier"
cp tools/deb/on_machine/* "$place/machine"
printf 'VERSION=%s\n' "$version" >>"$place/machine/words"
sh tools/boot.sh 120 "$place/machine" prepare begin again after >"$place/log" 2>&1 || {
  [ $? = 77 ] || fail 'on a machine that is started'
  printf 'deb_test.sh: %s\n' "$(cat "$place/log")"
}

if command -v lintian >/dev/null; then
  # With something small for the executable, over which lintian may take minutes.
  rm -r "$place/next"
  dpkg-deb -R "$deb" "$place/next"
  printf '#!/bin/sh\n' >"$place/next/usr/bin/permaban"
  (cd "$place/next" && find usr -type f | LC_ALL=C sort | xargs md5sum >DEBIAN/md5sums)
  : >"$place/log"
  mkdir "$place/lint"
  dpkg-deb --root-owner-group -b "$place/next" "$place/lint/${deb##*/}" >/dev/null
  lintian --allow-root --fail-on error,warning "$place/lint/${deb##*/}" || fail 'lintian'
elif [ "${PERMABAN_REQUIRE_TOOLS:-}" = 1 ]; then
  fail 'lintian is missing'
else
  echo 'deb_test.sh: lintian is missing, and was not asked'
fi
echo 'deb_test.sh: ok'
