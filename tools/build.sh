#!/bin/sh
# build.sh FILE: makes permaban as one executable.
#
# FORM=compile      deno compile
# FORM=selfunpack   a sh script with deno and the bundled program behind it (tools/self_unpack.sh)
# FORM=auto         the first, or the second where Deno's runtime for the first cannot be had
#
# DENORT_BIN is Deno's own variable: the runtime that deno compile appends the program to.
# Whatever is made must answer --version rightly, or FILE stays as it was: with a plain deno in
# DENORT_BIN, say, deno compile reports success and makes an open REPL.
set -eu
cd "$(dirname "$0")/.."
. ./.tools/env.sh
export NO_COLOR=1
[ -n "${DENORT_BIN:-}" ] || unset DENORT_BIN
out=$1
permissions=$(cat tools/permissions)
# V8's quick compiler, Sparkplug, compiles in each run what soon goes to the next one, or ends.
v8_flags=--no-sparkplug
# Started by name, so that nothing that looks at imports finds it.
worker=lib/log/scan_worker.ts
version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' deno.json)

mkdir -p "$(dirname "$out")"
stage=$(mktemp -d "$out.XXXXXX")
stage=$(cd "$stage" && pwd)
trap 'rm -rf "$stage"' EXIT
trap 'exit 1' HUP INT TERM
made=$stage/permaban

# within SECONDS COMMAND…: the command, ended when it takes longer. (timeout is not everywhere.)
within() {
  seconds=$1
  shift
  "$@" &
  job=$!
  (
    while [ "$seconds" -gt 0 ] && kill -0 "$job"; do
      sleep 1
      seconds=$((seconds - 1))
    done
    kill "$job"
  ) >/dev/null 2>&1 &
  wait "$job"
}

size() { wc -c <"$1" | tr -d ' '; }

answers() {
  said=$(PERMABAN_CACHE=$stage/cache within 30 "$made" --version </dev/null 2>"$stage/log") &&
    [ "$said" = "permaban $version" ]
}

# The same bytes for the same input: both forms keep the times of files, and one is unpacked into a
# folder named after the hash of it all.
undated() {
  TZ=UTC0 find "$stage/tree" -exec touch -t 200001010000 {} +
}

# Both forms start and load faster as few minified files than as a hundred modules. Not as a single one:
# that would load all that any command needs each time.
bundle() {
  # esbuild, which deno bundle runs, comes from the npm registry: the one npm uses, if there is npm.
  if [ -z "${NPM_CONFIG_REGISTRY:-}" ] && command -v npm >/dev/null; then
    NPM_CONFIG_REGISTRY=$(npm config get registry 2>/dev/null) && export NPM_CONFIG_REGISTRY
  fi
  mkdir -p "$stage/tree/program"
  for entry in main.ts "$worker"; do
    # shellcheck disable=SC2086 # flags without spaces
    within 300 "$DENO" bundle --quiet --no-lock $IMPORT_MAP --platform deno --code-splitting --minify \
      --outdir "$stage/tree/program" "$entry" >"$stage/log" 2>&1 || return
  done
  # A name that deno can read in the program is looked at before the program starts, and all that it
  # imports: that would be every command.
  for file in "$stage"/tree/program/*.js; do
    sed 's/\([^A-Za-z0-9_$.]import(\)\("\.\/[^"]*"\))/\1String(\2))/g' "$file" >"$stage/named"
    cat "$stage/named" >"$file"
  done
  undated
}

compile() {
  # Without the runtime in DENORT_BIN, Deno fetches it (or has it cached). Where its server is out of
  # reach that must fail in seconds; a slow line may take minutes.
  patience=300
  [ -n "${DENORT_BIN:-}" ] || "$DENO" eval --no-config --no-lock \
    'await fetch("https://dl.deno.land/", { method: "HEAD", signal: AbortSignal.timeout(5000) });' \
    >/dev/null 2>&1 </dev/null || patience=20
  # No code cache: it would be a file in /tmp, and root must not run what others may have put there.
  # Types are the business of `make check`.
  # shellcheck disable=SC2086 # flags without spaces
  within "$patience" "$DENO" compile --quiet --no-check --no-lock --no-config --no-code-cache \
    --v8-flags=$v8_flags $permissions --include "$stage/tree/program" --output "$made" "$stage/tree/program/main.js" \
    >"$stage/log" 2>&1
}

selfunpack() {
  cp "$DENO" "$stage/tree/deno"
  chmod -R go=,u=rwX "$stage/tree"
  chmod 700 "$stage/tree/deno"
  undated
  nobody=
  case $(tar --version) in *'GNU tar'*) nobody='--owner=0 --group=0 --numeric-owner' ;; esac
  # shellcheck disable=SC2086,SC2046 # names without spaces
  (cd "$stage/tree" && tar -cf - $nobody deno $(LC_ALL=C ls program/*)) | gzip -nc >"$stage/payload"
  hash=$( (sha256sum "$stage/payload" || shasum -a 256 "$stage/payload") 2>/dev/null | cut -d ' ' -f 1)
  sed -e "s/@HASH@/$hash/" \
    -e "s/@START@/$(($(wc -l <tools/self_unpack.sh) + 1))/" \
    -e "s/@DENO_SIZE@/$(size "$stage/tree/deno")/" \
    -e "s/@PROGRAM_SIZE@/$(size "$stage/tree/program/main.js")/" \
    -e "s/@V8_FLAGS@/$v8_flags/" \
    -e "s/@PERMISSIONS@/$(tr '\n' ' ' <tools/permissions)/" \
    tools/self_unpack.sh >"$made"
  cat "$stage/payload" >>"$made"
  chmod 755 "$made"
}

# reason THING: what went wrong, in a few words; THING is what deno has to fetch.
reason() {
  case $(cat "$stage/log") in
    '') echo 'no answer in time' ;;
    *'error sending request'*) echo "cannot fetch $1" ;;
    *) sed -n 's/^error: //p' "$stage/log" | sed -n 1p ;;
  esac
}

fail() {
  printf 'build: error: %s\n' "$1" >&2
  [ ! -s "$stage/log" ] || cat "$stage/log" >&2
  exit 1
}

bundle || fail "deno bundle: $(reason esbuild)"
form=${FORM:-auto} what='by deno compile' why=
case $form in
  selfunpack) why='as asked' ;;
  auto | compile)
    if ! compile; then
      why="deno compile: $(reason 'its runtime')"
    elif ! answers; then
      why="what deno compile made does not answer --version${DENORT_BIN:+; is DENORT_BIN a denort?}"
    fi
    [ -z "$why" ] || [ "$form" = auto ] || fail "$why"
    ;;
  *) fail "FORM is \"$form\", want \"auto\", \"compile\" or \"selfunpack\"" ;;
esac
if [ -n "$why" ]; then
  selfunpack
  answers || fail 'what was made does not answer --version'
  what="self-unpacking ($why)"
fi
chmod 755 "$made"
mv "$made" "$out"
printf 'build: %s %s, %s, %s MB\n' "$out" "$version" "$what" "$(($(size "$out") / 1000000))"
