# permaban's targets; `make help` lists them. npm, make and git are all a fresh machine needs: a deno
# on the PATH or in DENO is used if there is one, and installed below .tools if not.

FORM ?= auto
OUT = dist/permaban
PREFIX ?= /usr/local
PERMABAN ?= $(OUT)

# Lets a recipe use $$DENO and $$IMPORT_MAP, as `make setup` chose them.
ENV = . ./.tools/env.sh &&
# What a build was made with: a change makes it again.
OPTIONS = .tools/options-$(notdir $(OUT))
SOURCES = main.ts mod.ts deno.json $(shell find lib -name '*.ts') $(wildcard tools/npm/*) \
	tools/build.sh tools/self_unpack.sh tools/permissions tools/npm_imports.json
# What bench-stages measures, each in a file of its own.
STAGES = $(sort $(patsubst bench/stages/%_bench.ts,%,$(wildcard bench/stages/*_bench.ts)))
# Tests that would keep one waiting: make test leaves them to make test-slow.
SLOW = tests/slow $(patsubst %,tests/e2e/%_test.ts,doctor fail2ban_server history install packet sets verify)
comma = ,
empty =
# Where the self-unpacking form unpacks while it is being tried, apart from any that is installed.
UNPACKED = $(CURDIR)/.tools/unpacked

# Puts the executable and what goes beside it into place, or takes all of it away.
INSTALLER = FROM=dist PERMABAN=$(OUT) DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' sh tools/install.sh

.PHONY: help setup build man demo test test-e2e test-slow check wasm fmt bench bench-stages install uninstall \
	dist deb test-dist test-deb clean distclean

help: ## lists the targets
	@sed -n 's/^\([a-z0-9-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | awk -F '|' '{ printf "make %-12s %s\n", $$1, $$2 }'
	@echo
	@echo 'DENO=PATH            the deno to use                    IMPORTS=jsr|npm  where @std comes from'
	@echo 'FORM=compile         build only by deno compile         DENORT_BIN=PATH  the runtime it is to use'
	@echo 'FORM=selfunpack      build only the self-unpacking form OUT=PATH         the executable to make'
	@echo 'PERMABAN=PATH        the executable test-e2e tries      ARGS=...         more for deno test or bench'
	@echo 'PREFIX=, DESTDIR=    where install puts it             MAINTAINER=...   who stands in the Debian package'
	@echo 'STAGE=NAME           the one stage bench-stages measures: $(STAGES)'

setup: ## chooses or installs deno and the packages (at once when that is done)
	@sh tools/setup.sh

build: $(OUT) ## makes one executable, dist/permaban

man: setup ## makes the man page and the completions, in dist
	@$(ENV) "$$DENO" run --quiet --no-prompt --allow-read --allow-write=dist $$IMPORT_MAP \
		tools/companions.ts dist "$$(sh tools/source_date.sh)"

demo: $(OUT) ## builds, then shows permaban at work on sample logs
	@$(ENV) PERMABAN=$(OUT) PERMABAN_CACHE='$(UNPACKED)' sh tools/demo.sh

test: $(OUT) ## builds, then runs the tests, those in the documentation too
	@PERMABAN='$(abspath $(OUT))' PERMABAN_CACHE='$(UNPACKED)' \
		sh tools/test.sh --doc --ignore=$(subst $(empty) ,$(comma),$(SLOW)) tests mod.ts lib README.md $(ARGS)

test-e2e: setup $(filter $(OUT),$(PERMABAN)) ## runs the end-to-end tests against PERMABAN
	@PERMABAN='$(abspath $(PERMABAN))' PERMABAN_CACHE='$(UNPACKED)' sh tools/test.sh tests/e2e $(ARGS)

test-slow: $(OUT) ## builds, then runs the tests that take long
	@PERMABAN='$(abspath $(OUT))' PERMABAN_CACHE='$(UNPACKED)' sh tools/test.sh $(SLOW) $(ARGS)

check: setup ## format, lint, types, doc lint, import rule: all but the tests
	@$(ENV) "$$DENO" fmt --check
	@$(ENV) "$$DENO" lint
	@$(ENV) "$$DENO" check --quiet $$IMPORT_MAP main.ts mod.ts lib/log/scan_worker.ts $(shell find tests bench -name '*.ts') $(wildcard tools/*.ts) \
		$${IMPORT_MAP:+tools/npm/*.ts}
	@$(ENV) "$$DENO" doc --lint $$IMPORT_MAP mod.ts
	@$(ENV) "$$DENO" test --quiet --allow-read $$IMPORT_MAP tests/import_rule_test.ts
	@for script in tools/*.sh tools/deb/p[or]*; do sh -n "$$script" || exit; done

wasm: setup ## compiles lib/log/byte_search.wat
	@$(ENV) "$$DENO" run --quiet --allow-read --allow-write $$IMPORT_MAP tools/wasm.ts

fmt: setup ## formats the sources
	$(ENV) "$$DENO" fmt

bench: $(OUT) ## builds, then measures permaban beside its peers
	@$(ENV) PERMABAN='$(abspath $(OUT))' PERMABAN_CACHE='$(UNPACKED)' \
		"$$DENO" run -A $$IMPORT_MAP bench/run.ts $(ARGS)

bench-stages: setup ## measures the inner stages of permaban one by one, in memory
	@$(ENV) "$$DENO" bench --quiet --no-prompt $$IMPORT_MAP $(ARGS) bench/stages/$(if $(STAGE),$(STAGE)_bench.ts)

install: $(OUT) man ## puts the executable, man page and completions below $(DESTDIR)$(PREFIX)
	$(INSTALLER) install

uninstall: ## takes them away
	$(INSTALLER) uninstall

dist: $(OUT) man ## makes a tarball of all that, with documents and checksums
	@sh tools/dist.sh $(OUT)

deb: $(OUT) man ## makes a Debian package
	@sh tools/deb.sh $(OUT)

test-dist: dist ## makes the tarball twice, and installs and removes what is in it
	@sh tools/dist_test.sh $(OUT)

test-deb: deb ## installs, upgrades, removes and purges the package below a folder (as root)
	@sh tools/deb_test.sh

clean: ## removes what build made
	rm -rf dist .tools/unpacked

distclean: clean ## removes what setup installed, too
	rm -rf .tools

$(OUT): $(SOURCES) $(OPTIONS)
	@rm -rf '$(UNPACKED)'
	@FORM='$(FORM)' sh tools/build.sh $@

$(OPTIONS): setup
	@{ cat .tools/env.sh; printf '%s\n' '$(FORM)' "$$DENORT_BIN"; } >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
