#!/bin/sh
# deb.sh EXECUTABLE: makes dist/permaban_VERSION-1_ARCHITECTURE.deb, with dpkg-deb alone. The same
# input gives the same bytes.
#
# Units, cron files and fail2ban's configuration are not in it: they depend on the machine. Nor is a
# configuration: without one the defaults hold, and an example is among the documents.
set -eu
cd "$(dirname "$0")/.."
executable=$1
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' deno.json)-1
architecture=$(dpkg --print-architecture)
maintainer=${MAINTAINER:-permaban contributors <permaban@packages.invalid>}
SOURCE_DATE_EPOCH=$(sh tools/source_date.sh)
export SOURCE_DATE_EPOCH

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
trap 'exit 1' HUP INT TERM
umask 022
root=$stage/root
doc=$root/usr/share/doc/permaban
mkdir -p "$doc/docs" "$doc/examples" "$root/usr/share/lintian/overrides" "$root/DEBIAN"
FROM=dist PERMABAN=$executable DESTDIR=$root PREFIX=/usr \
  ZSH_FUNCTIONS=/usr/share/zsh/vendor-completions sh tools/install.sh
gzip -9n "$root/usr/share/man/man8/permaban.8"
install -m 644 README.md "$doc"
install -m 644 docs/*.md "$doc/docs"
install -m 644 docs/permaban.toml "$doc/examples"
ln -s ../examples/permaban.toml "$doc/docs"
install -m 644 tools/deb/copyright "$doc"
install -m 644 tools/deb/lintian-overrides "$root/usr/share/lintian/overrides/permaban"
gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
{
  printf 'permaban (%s) unstable; urgency=medium\n\n' "$version"
  printf '  * The changes are in changelog.gz.\n\n'
  printf ' -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9nc >"$doc/changelog.Debian.gz"

install -m 755 tools/deb/postinst tools/deb/prerm tools/deb/postrm "$root/DEBIAN"
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum >DEBIAN/md5sums)
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" \
  -e "s/@MAINTAINER@/$maintainer/" -e "s/@SIZE@/$(du -k -s --apparent-size "$root/usr" | cut -f 1)/" \
  tools/deb/control >"$root/DEBIAN/control"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
# The self-unpacking form is mostly an archive already.
pack=-Zxz
[ "$(head -c 2 "$executable")" != '#!' ] || pack='-Zgzip -z1'
file=dist/permaban_${version}_$architecture.deb
# shellcheck disable=SC2086 # flags
dpkg-deb --root-owner-group $pack --build "$root" "$stage/permaban.deb" >/dev/null
mv "$stage/permaban.deb" "$file"
printf 'deb: %s\n' "$file"
