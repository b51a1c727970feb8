#!/bin/sh
# dist_test.sh EXECUTABLE: makes the tarball again, and tries what is in it.
set -eu
cd "$(dirname "$0")/.."
executable=$1
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' deno.json)
name=permaban-$version-linux-$(uname -m)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
  printf 'dist_test.sh: FAILED: %s\n' "$1" >&2
  exit 1
}

# Made at another time, in other places and under another umask, it has the same bytes.
cp "dist/$name.tar.gz" "$place/first"
sleep 1
(umask 077 && TZ=Asia/Tokyo TMPDIR=$place sh tools/dist.sh "$executable" >/dev/null)
cmp "$place/first" "dist/$name.tar.gz" || fail 'made again, it differs'
(cd dist && sha256sum --quiet -c "$name.tar.gz.sha256") || fail 'its checksum'

tar -C "$place" -xf "dist/$name.tar.gz"
folder=$place/$name
(cd "$folder" && sha256sum --quiet -c SHA256SUMS) || fail 'the checksums in it'
listed=$(cut -c 67- "$folder/SHA256SUMS" | LC_ALL=C sort)
found=$(cd "$folder" && find . -type f ! -name SHA256SUMS | cut -c 3- | LC_ALL=C sort)
[ "$listed" = "$found" ] || fail 'the checksums are of other files than are in it'

root=$place/root
before=$(cd "$place" && find . -type f)
# With what any system has, small ones too.
mkdir "$place/bin"
for tool in sh chmod cp dirname mkdir mv rm; do ln -s "$(command -v "$tool")" "$place/bin"; done
PATH=$place/bin DESTDIR=$root PREFIX=/opt/x sh "$folder/install.sh" || fail 'to install it takes more than there is'
DESTDIR=$root PREFIX=/opt/x sh "$folder/install.sh" # over itself, too
said=$(PERMABAN_CACHE=$place/cache "$root/opt/x/bin/permaban" --version)
rm -rf "$place/cache"
[ "$said" = "permaban $version" ] || fail "what is installed says \"$said\""
for file in man/man8/permaban.8 bash-completion/completions/permaban zsh/site-functions/_permaban \
  fish/vendor_completions.d/permaban.fish; do
  [ "$(stat -c %a "$root/opt/x/share/$file")" = 644 ] || fail "$file is not installed rightly"
done
[ "$(find "$root" -type f | wc -l)" = 5 ] || fail 'more or less was installed'
DESTDIR=$root PREFIX=/opt/x sh "$folder/install.sh" uninstall
[ "$(cd "$place" && find . -type f)" = "$before" ] || fail 'something is left of it'
echo 'dist_test.sh: ok'
