#!/bin/sh
# Chooses a deno and where the packages come from, and writes the choice to .tools/env.sh.
#
# Run by `make setup`. Does nothing when the choice stands. DENO=PATH forces a deno, IMPORTS=jsr or
# IMPORTS=npm the packages; `make distclean` forgets the choice.
set -eu
cd "$(dirname "$0")/.."

DENO_RELEASE=2.9.6
# The same code as the jsr: entries of deno.json, as published on npm (see tools/npm/).
NPM_PACKAGES='"deno-std": "1.4.0", "@deno/sandbox": "0.13.2", "fzstd": "0.1.1", "wabt": "1.0.37"'

fail() {
  printf 'setup: error: %s\n' "$1" >&2
  exit 1
}

# What the choice hangs on. Cheap, since it is worked out on every make.
key=$(
  printf '%s|' "$PWD" "${DENO:-}" "$(command -v deno || true)" "${IMPORTS:-}"
  cksum tools/setup.sh deno.json tools/npm_imports.json
)
if [ -f .tools/key ] && [ "$(cat .tools/key)" = "$key" ] && (. ./.tools/env.sh && [ -x "$DENO" ]); then
  exit 0
fi
mkdir -p .tools
rm -f .tools/key

# A machine may trust a certificate that Deno does not carry.
export DENO_TLS_CA_STORE="${DENO_TLS_CA_STORE:-mozilla,system}"

# version PROGRAM: the version of a deno, if it is one that will do.
version() {
  v=$("$1" --version 2>/dev/null </dev/null | sed -n 's/^deno \([0-9][0-9.]*\).*/\1/p')
  case $v in
    2.[0-5] | 2.[0-5].* | [01].* | "") return 1 ;;
    *) printf '%s\n' "$v" ;;
  esac
}

# install [PACKAGE…]: makes .tools/node_modules hold exactly these ("name": "version", joined by commas).
# Below .tools, because a package.json beside deno.json would change how Deno resolves everything.
install() {
  command -v npm >/dev/null || return 1
  printf '{ "private": true, "dependencies": { %s } }\n' "$1" >.tools/package.json
  (cd .tools && npm install --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error \
    >npm.log 2>&1) || { cat .tools/npm.log >&2; return 1; }
}

deno_package=
if [ -n "${DENO:-}" ]; then
  deno=$(command -v "$DENO") || fail "DENO is \"$DENO\", which is no program"
  case $deno in /*) ;; *) deno=$PWD/$deno ;; esac
  found=$(version "$deno") || fail "DENO is \"$DENO\", which is not Deno 2.6 or later"
  origin='from DENO'
elif deno=$(command -v deno) && found=$(version "$deno"); then
  origin='on the PATH'
else
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) name=@deno/linux-x64-glibc ;;
    Linux-aarch64) name=@deno/linux-arm64-glibc ;;
    Darwin-arm64) name=@deno/darwin-arm64 ;;
    Darwin-x86_64) name=@deno/darwin-x64 ;;
    *) fail "no deno for $(uname -sm) on npm; install Deno 2.6 or later and set DENO" ;;
  esac
  deno_package="\"$name\": \"$DENO_RELEASE\""
  deno=$PWD/.tools/node_modules/$name/deno
  [ "$(version "$deno")" = "$DENO_RELEASE" ] || install "$deno_package" ||
    fail "cannot install $name with npm; install Deno 2.6 or later and set DENO"
  found=$(version "$deno") || fail "the deno in $name does not run here; install Deno 2.6 or later and set DENO"
  origin='from npm in .tools'
fi

# Asked with deno itself: it meets the proxies and certificates that its own downloads meet.
jsr_answers() {
  "$deno" eval --no-config --no-lock 'const jsr = Deno.env.get("JSR_URL") ?? "https://jsr.io/";
    const answer = await fetch(new URL("/@std/path/meta.json", jsr), { signal: AbortSignal.timeout(5000) });
    Deno.exit(answer.ok ? 0 : 1);' >/dev/null 2>&1 </dev/null
}

imports=
case ${IMPORTS:-} in
  jsr) words='the jsr: imports of deno.json, as asked' ;;
  npm | '')
    if [ -z "${IMPORTS:-}" ] && jsr_answers; then
      words='the jsr: imports of deno.json'
    elif install "$NPM_PACKAGES${deno_package:+, $deno_package}"; then
      imports=--import-map=tools/npm_imports.json
      words='@std from the npm registry'
      [ -n "${IMPORTS:-}" ] && words="$words, as asked" || words="$words (jsr.io is out of reach)"
    elif [ -z "${IMPORTS:-}" ]; then
      words='the jsr: imports of deno.json (neither jsr.io nor npm is in reach: what deno has cached must do)'
    else
      fail 'cannot install the packages with npm'
    fi
    ;;
  *) fail "IMPORTS is \"$IMPORTS\", want \"jsr\" or \"npm\"" ;;
esac

# Deno 2.8 turned these off by default; before, there were no flags for them.
case $found in
  2.[67].*) sanitizers= ;;
  *) sanitizers='--sanitize-ops --sanitize-resources' ;;
esac

quoted() { printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"; }
{
  printf 'DENO=%s\n' "$(quoted "$deno")"
  printf 'IMPORT_MAP=%s\n' "$(quoted "$imports")"
  printf 'SANITIZERS=%s\n' "$(quoted "$sanitizers")"
  printf 'export DENO_TLS_CA_STORE=%s\n' "$(quoted "$DENO_TLS_CA_STORE")"
  # deno lint knows no import map and would ask jsr.io, which may mean waiting for a time-out.
  [ -z "$imports" ] || echo 'export JSR_URL=http://127.0.0.1:9/'
} >.tools/env.new
# Untouched when it says the same, so that nothing is built again for it.
if cmp -s .tools/env.new .tools/env.sh; then rm .tools/env.new; else mv .tools/env.new .tools/env.sh; fi
printf '%s\n' "$key" >.tools/key
printf 'setup: deno %s %s; %s\n' "$found" "$origin" "$words"
