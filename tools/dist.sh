#!/bin/sh
# dist.sh EXECUTABLE: makes dist/permaban-VERSION-linux-ARCHITECTURE.tar.gz with all that an admin
# wants of permaban, and its checksum beside it. The same input gives the same bytes.
set -eu
cd "$(dirname "$0")/.."
executable=$1
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' deno.json)
name=permaban-$version-linux-$(uname -m)
epoch=$(sh tools/source_date.sh)

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
trap 'exit 1' HUP INT TERM
umask 022
folder=$stage/$name
mkdir "$folder" "$folder/completions" "$folder/docs"
install -m 755 "$executable" "$folder/permaban"
install -m 755 tools/install.sh "$folder/install.sh"
install -m 644 README.md LICENSE CHANGELOG.md dist/permaban.8 "$folder"
install -m 644 dist/completions/* "$folder/completions"
install -m 644 docs/* "$folder/docs"
(cd "$folder" && find . -type f | LC_ALL=C sort | sed 's/^\.\///' | xargs sha256sum >"$stage/SHA256SUMS")
install -m 644 "$stage/SHA256SUMS" "$folder"
tar -C "$stage" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=ustar \
  -cf - "$name" | gzip -9n >"dist/$name.tar.gz.new"
mv "dist/$name.tar.gz.new" "dist/$name.tar.gz"
(cd dist && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
printf 'dist: dist/%s.tar.gz\n' "$name"
