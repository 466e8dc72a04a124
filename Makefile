# temporal-skill: `make` builds into build/, `make demo` shows it at work, `make test` runs every test.
# `make help` lists all targets.

BUILD ?= build
PREFIX ?= /usr/local
ifeq ($(origin CC),default)
CC := gcc
endif
PKG_CONFIG ?= pkg-config
VERSION := $(shell cat VERSION)
comma := ,

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wundef \
	-Wpointer-arith -Wwrite-strings -Wnull-dereference -Wdouble-promotion -Wimplicit-fallthrough
LIBRARIES := libcjson inih libprotobuf-c libmd
CFLAGS ?= -O2 -g
# What a mistake in C is not to become: tests/e2e/test_hardened.py reads it from the built files. The checked functions
# need optimisation, and stand in the way of sanitizers, which see more; a packager's own level comes before ours.
CHECKED = $(if $(SANITIZERS)$(filter -O0,$(CFLAGS)),,$(if $(filter -O%,$(CFLAGS)),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3))
MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)
CONTROL_FLOW := $(if $(filter x86_64-% i686-%,$(MACHINE)),-fcf-protection=full)
HARDENING = $(CHECKED) -fstack-protector-strong -fstack-clash-protection $(CONTROL_FLOW)
# The start files of the C library may lack the mark, though not what it stands for; the linker is told.
CONTROL_FLOW_LINK := $(if $(CONTROL_FLOW),-Wl$(comma)-z$(comma)ibt$(comma)-z$(comma)shstk)
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE $(WARNINGS) $(CFLAGS) $(HARDENING) $(SANITIZERS) \
	-fPIC -fvisibility=hidden -Iinclude -Icore -I$(BUILD)/gen $(LIBRARY_CFLAGS) -MMD -MP
# Silent where they are missing, for the targets that install them; the others check at the end of this file.
LIBRARY_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBRARIES) 2>/dev/null)
LIBRARY_LIBS := $(shell $(PKG_CONFIG) --libs $(LIBRARIES) 2>/dev/null) -ldl
CJSON_LIBS := $(shell $(PKG_CONFIG) --libs libcjson 2>/dev/null)
CURL_LIBS := $(shell $(PKG_CONFIG) --libs libcurl 2>/dev/null)
# What a plugin needs besides cJSON: PLUGIN_LIBS_NAME.
PLUGIN_LIBS_recipe := $(shell $(PKG_CONFIG) --libs inih 2>/dev/null)

# The core: everything in core/ but the channel driver, which is a shared object of its own.
CHANNEL_SOURCES := $(sort $(wildcard core/temporal/channel/*.c))
CORE_SOURCES := $(sort $(wildcard core/*.c core/*/*.c))
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/temporal.pb-c.o $(BUILD)/obj/page_text.o
CORE_LIBRARY_OBJECTS := $(filter-out $(BUILD)/obj/core/main.o,$(CORE_OBJECTS))
PLUGINS := $(sort $(notdir $(patsubst %/plugin.c,%,$(wildcard plugins/*/plugin.c))))
PLUGIN_SOURCES := $(sort $(wildcard plugins/*/*.c))
UNIT_TESTS := $(sort $(basename $(notdir $(wildcard tests/unit/test_*.c))))

.PHONY: all
all: $(BUILD)/temporal-skill $(BUILD)/channel.so $(PLUGINS:%=$(BUILD)/plugins/%.so)

# ---- compile; V=1 shows the commands ----

QUIET = $(if $(V),,@echo "  $(1) $@";)

$(BUILD)/gen/temporal.pb-c.c $(BUILD)/gen/temporal.pb-c.h &: core/temporal/temporal.proto
	@mkdir -p $(BUILD)/gen
	$(call QUIET,PB)protoc-c --proto_path=core/temporal --c_out=$(BUILD)/gen temporal.proto

$(BUILD)/obj/temporal.pb-c.o: $(BUILD)/gen/temporal.pb-c.c
	@mkdir -p $(@D)
	$(call QUIET,CC)$(CC) -std=c17 $(CFLAGS) $(HARDENING) $(SANITIZERS) -fPIC $(LIBRARY_CFLAGS) -c -o $@ $<

# Style and script of HTML pages, each as one C string.
AS_STRING = sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/'
$(BUILD)/gen/page_text.c: core/timeline/page.css core/timeline/page.js
	@mkdir -p $(@D)
	@{ echo '#include "timeline/timeline.h"'; echo 'const char page_style[] ='; $(AS_STRING) core/timeline/page.css; \
		echo '; const char page_script[] ='; $(AS_STRING) core/timeline/page.js; echo ';'; } >$@

$(BUILD)/obj/page_text.o: $(BUILD)/gen/page_text.c
	@mkdir -p $(@D)
	$(call QUIET,CC)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/obj/%.o: %.c | $(BUILD)/gen/temporal.pb-c.h
	@mkdir -p $(@D)
	$(call QUIET,CC)$(CC) $(ALL_CFLAGS) -include core/banned.h -c -o $@ $<

$(BUILD)/obj/core/output/installation.o: VERSION
$(BUILD)/obj/core/output/installation.o: ALL_CFLAGS += -DTSK_VERSION='"$(VERSION)"'

# ---- link ----

$(BUILD)/libcore.a: $(CORE_LIBRARY_OBJECTS)
	@rm -f $@
	$(call QUIET,AR)ar rcs $@ $^

# The program exports the public API (tsk_*) to its plugins, all of it, used by itself or not.
$(BUILD)/temporal-skill: $(CORE_OBJECTS) core/exports.list
	$(call QUIET,LD)$(CC) -pie $(ALL_LDFLAGS) -Wl,--dynamic-list=core/exports.list -o $@ $(CORE_OBJECTS) $(LIBRARY_LIBS)

$(BUILD)/channel.so: $(CHANNEL_SOURCES:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/core/text/address.o
	$(call QUIET,LD)$(CC) $(ALL_LDFLAGS) -shared -o $@ $^ $(CURL_LIBS)

define plugin_rule
$(BUILD)/plugins/$(1).so: $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard plugins/$(1)/*.c))
	@mkdir -p $$(@D)
	$$(call QUIET,LD)$$(CC) $$(ALL_LDFLAGS) -shared -o $$@ $$^ $(CJSON_LIBS) $(PLUGIN_LIBS_$(1))
endef
$(foreach plugin,$(PLUGINS),$(eval $(call plugin_rule,$(plugin))))

ALL_LDFLAGS = -Wl,-z,relro,-z,now,-z,noexecstack $(CONTROL_FLOW_LINK) $(SANITIZERS) $(LDFLAGS)

# ---- unit tests: the objects linked directly, no dlopen ----

$(BUILD)/tests/%: tests/unit/%.c $(BUILD)/libcore.a $(CHANNEL_SOURCES:%.c=$(BUILD)/obj/%.o)
	@mkdir -p $(@D)
	$(call QUIET,LD)$(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) -Wl,--dynamic-list=core/exports.list -o $@ $< \
		$(filter %.o,$^) $(EXTRA_OBJECTS) $(BUILD)/libcore.a $(LIBRARY_LIBS) $(CURL_LIBS) -lcmocka

.PHONY: unit-build
unit-build: $(UNIT_TESTS:%=$(BUILD)/tests/%)

-include $(shell find $(BUILD)/obj $(BUILD)/tests $(BUILD)/targets -name '*.d' 2>/dev/null)

# ---- the targets people type; `make help` lists those with a ## ----

PYTHON := .deps/bin/python
JOBS ?= $(or $(shell nproc 2>/dev/null),2)
# Sub-makes run in parallel also where this make was not asked to.
SUBMAKE = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
ASAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
# gcc 12 -fanalyzer does not see through the arena (leaks and null pointers that are none); clang-tidy analyses instead.
LINT_CFLAGS := -O2 -g -Werror
PYTEST = TEMPORAL_SKILL="$(abspath $(BUILD)/temporal-skill)" $(PYTHON) -m pytest -n $(JOBS)
TESTS ?= tests/e2e

# What deps/install.sh can be asked for besides build.
DEPS_USES := demo unit test valgrind lint deb fuzz bare
.PHONY: deps undeps $(DEPS_USES:%=deps-%)
deps: ## install what compiling needs, and only what is missing; deps-demo, deps-test, deps-lint, ...: for those
	@deps/install.sh build

$(DEPS_USES:%=deps-%):
	@deps/install.sh $(@:deps-%=%)

undeps: ## take back what was installed: .deps/ and the Debian packages that came with it
	@deps/remove.sh

.PHONY: demo
demo: ## install, build, make the greeting project and verify it on a live server
	@deps/install.sh demo
	@$(SUBMAKE) all
	@PROGRAM="$(abspath $(BUILD)/temporal-skill)" tests/demo.sh

.PHONY: test unit unit-asan unit-valgrind e2e
test: ## install, build, run every test
	@deps/install.sh test
	@$(SUBMAKE) all
	@$(SUBMAKE) unit
	@$(SUBMAKE) unit-asan
	@$(PYTEST) tests

# One line a test program; all that it said where it failed.
unit: unit-build ## the unit tests alone
	@PATH="$(CURDIR)/.deps/bin:$$PATH"; failed=; for test in $(UNIT_TESTS); do \
		if $(UNDER) $(BUILD)/tests/$$test >$(BUILD)/tests/$$test.log 2>&1; then \
			printf '%-32s %s\n' "$$test" "$$(tail -n 1 $(BUILD)/tests/$$test.log)"; \
		else \
			cat $(BUILD)/tests/$$test.log; failed="$$failed $$test"; \
		fi; \
	done; \
	if [ -n "$$failed" ]; then echo "failed in $(BUILD):$$failed" >&2; exit 1; fi

# What waits for time-outs or watches processes end takes seconds, and is left to make unit.
SLOW_UNITS := test_channel_connect test_channel_faults test_channel_repeats test_channel_tls test_lock test_run test_stop

.PHONY: check compdb
check: ## before every commit: format, build, units that wait for nothing, recorded symptoms; under 15 s
	@$(SUBMAKE) lint-format all
	@$(SUBMAKE) UNIT_TESTS='$(filter-out $(SLOW_UNITS),$(UNIT_TESTS))' unit

compdb: ## compile_commands.json, for editors and clangd
	@$(MAKE) --no-print-directory --always-make --dry-run V=1 all unit-build | \
		python3 tests/lint/compdb.py "$(CURDIR)" compile_commands.json

unit-asan: ## the unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@echo "with $(ASAN_FLAGS):"
	@$(SUBMAKE) BUILD=$(BUILD)/asan SANITIZERS='$(ASAN_FLAGS)' unit

# The valgrind of Debian 12 has no pidfd_open: what starts or watches processes is left to the sanitizers.
NOT_VALGRIND := test_lifetime test_lock test_may_signal test_pipe test_process test_run test_stop
VALGRIND := valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect,possible --error-exitcode=9 \
	--trace-children=no --child-silent-after-fork=yes

unit-valgrind: ## the unit tests under valgrind, which also sees what was never written
	@deps/install.sh valgrind
	@$(SUBMAKE) UNIT_TESTS='$(filter-out $(NOT_VALGRIND),$(UNIT_TESTS))' UNDER='$(VALGRIND)' unit

e2e: ## the end-to-end tests alone; TESTS=tests/e2e/test_x.py chooses
	@deps/install.sh test
	@$(SUBMAKE) all
	@$(PYTEST) $(TESTS)

# The scenarios as real servers and workers have them now; then what is told of each, which git diff shows.
.PHONY: symptoms
symptoms: ## record tests/symptoms anew: what the classifier knows of each scenario
	@deps/install.sh
	@$(SUBMAKE) all $(BUILD)/tests/test_symptoms
	@rm -rf $(BUILD)/symptoms
	@RECORD_SYMPTOMS="$(abspath $(BUILD)/symptoms)" $(PYTEST) tests/e2e/test_scenarios.py
	@rm -f tests/symptoms/*.json
	@cp $(BUILD)/symptoms/*.json tests/symptoms/
	@SYMPTOMS_ACCEPT=1 $(BUILD)/tests/test_symptoms

# ---- more than make test: see docs/tests.md ----

.PHONY: test-reports
test-reports: ## every trouble from public reports that is told right; make test has a part of them
	@deps/install.sh test
	@$(SUBMAKE) all
	@REPORTS=all $(PYTEST) tests/e2e/test_reports.py

.PHONY: test-lifecycle
test-lifecycle: ## the life cycle as people have it, the slow cases too; make test has the others
	@deps/install.sh test
	@$(SUBMAKE) all
	@LIFECYCLE=all $(PYTEST) tests/e2e/test_lifecycle.py

# With a checkout of temporalio/samples-python: SAMPLES=DIR.
.PHONY: test-rehearsal test-rehearsal-sdks
test-rehearsal: ## edits of workflows that have open runs: what is named against what breaks; make test has a part of them
	@deps/install.sh test
	@$(SUBMAKE) all
	@REHEARSAL=all REHEARSAL_SAMPLES=$(SAMPLES) $(PYTEST) tests/e2e/test_rehearsal.py tests/e2e/test_rehearse_scenarios.py

test-rehearsal-sdks: ## the same in short, with the oldest SDK that rehearse-change knows, one between, and the newest
	@deps/install.sh test
	@$(SUBMAKE) all
	@tests/rehearsal/sdks.sh $(BUILD)/rehearsal-sdks

TABLE = .deps/bin/python tests/launchers/table.py --jobs 2 --tools build/launchers --keep build/launchers-look
.PHONY: test-launchers
test-launchers: ## workers as people start them, by 50 launchers, reloaders and supervisors: a table of what is told
	@deps/install.sh launchers
	@$(SUBMAKE) all
	@tests/launchers/install.sh
	@$(TABLE)
	@if [ "$$(id -u)" -eq 0 ] && [ -x /lib/systemd/systemd ]; then \
		tests/launchers/with_user_manager.sh $(TABLE) systemd; fi

# Bounded: about 20 minutes of two cores. Prints what is wrong by kind, and how many cases each area had.
.PHONY: torture coverage
torture: ## kills, faults, crowds, strangers, sandboxes, hostile checkouts: thousands of cases, 20 min
	@deps/install.sh test
	@$(SUBMAKE) all
	@$(PYTHON) tests/torture/run.py $(BUILD)/temporal-skill $(TORTURE)

# gcovr in a folder of its own: whoever only builds and tests does without it.
GCOVR := $(BUILD)/coverage/gcovr
$(GCOVR)/stamp: deps/coverage.txt
	@rm -rf $(@D)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
		--target $(@D) -r $<
	@touch $@

# Counters are added up by whoever ends: by exit, by _exit (flush.c), or by a signal that it takes itself.
COVERAGE := BUILD=$(BUILD)/coverage CFLAGS='-O0 -g' SANITIZERS='--coverage -fprofile-update=atomic' \
	LDFLAGS='-Wl,--wrap=_exit $(abspath $(BUILD))/coverage/flush.o'
coverage: ## lines of core and plugins that units and end-to-end tests run; fails below 90 %
	@deps/install.sh test
	@mkdir -p $(BUILD)/coverage
	@$(MAKE) --no-print-directory $(GCOVR)/stamp
	@$(CC) -std=c17 -O2 -fPIC -c -o $(BUILD)/coverage/flush.o tests/coverage/flush.c
	@$(SUBMAKE) $(COVERAGE) all unit-build
	@find $(BUILD)/coverage -name '*.gcda' -delete
	@$(SUBMAKE) $(COVERAGE) unit
	@TEMPORAL_SKILL="$(abspath $(BUILD)/coverage/temporal-skill)" $(PYTHON) -m pytest -n $(JOBS) $(TESTS); tested=$$?; \
	PYTHONPATH=$(GCOVR) $(PYTHON) -m gcovr --root . --object-directory $(BUILD)/coverage/obj -j $(JOBS) \
		--filter core/ --filter plugins/ --fail-under-line 90 --html-details $(BUILD)/coverage/report/ \
		--txt-summary --txt $(BUILD)/coverage/lines.txt && exit $$tested

# Not part of make test: it wants npm and, the first time, a network for 150 MB.
.PHONY: test-inspector
test-inspector: all ## serve-mcp as the MCP Inspector sees it
	@tests/mcp_inspector.sh $(BUILD)/temporal-skill $(BUILD)/inspector

.PHONY: bench
bench: ## how long the commands take, beside the Temporal CLI's
	@deps/install.sh test
	@$(SUBMAKE) all
	@$(PYTHON) tests/bench/run.py $(BUILD)/temporal-skill

.PHONY: scripts
scripts: all ## write skills/scripts/NAME.sh for every command
	@python3 skills/write_scripts.py $(BUILD)/temporal-skill

.PHONY: history-schema
history-schema: ## write the table of what is in a history, after another version of the SDK came
	@$(PYTHON) skills/write_history_schema.py

C_SOURCES := $(sort $(wildcard core/*.c core/*/*.c core/*/*/*.c plugins/*/*.c tests/unit/*.c tests/fuzz/*.c))
# What stands in for the C library in tests is formatted as all is, and not analysed: its names are the library's.
C_STANDS_IN := $(wildcard tests/torture/*.c tests/coverage/*.c)
C_HEADERS := $(sort $(wildcard include/*/*.h core/*.h core/*/*.h core/*/*/*.h plugins/*/*.h tests/unit/*.h \
	tests/fuzz/*.h))
PYTHON_TESTS := $(wildcard tests/e2e tests/unit/*.py tests/bench tests/fuzz/*.py tests/lint/*.py tests/torture tests/reports/look.py \
	tests/launchers/table.py tests/lifecycle/play.py tests/rehearsal/pairs.py)
SHELL_SCRIPTS := $(wildcard deps/*.sh .ci/run packaging/*.sh tests/*.sh tests/packaging/*.sh tests/launchers/*.sh tests/rehearsal/*.sh \
	skills/scripts/*.sh skills/scripts/lib/run)

.PHONY: lint lint-checks lint-format lint-cppcheck lint-tidy lint-shell lint-python
lint: ## strict warnings as errors, analysers, formatting; C, shell and Python
	@deps/install.sh lint
	@$(SUBMAKE) BUILD=$(BUILD)/lint CFLAGS='$(LINT_CFLAGS)' all unit-build lint-checks
	@echo "lint: nothing found"

lint-checks: lint-format lint-cppcheck lint-tidy lint-shell lint-python

lint-format:
	@echo "clang-format-14"
	@clang-format-14 --dry-run -Werror $(C_SOURCES) $(C_HEADERS) $(C_STANDS_IN)

lint-cppcheck:
	@mkdir -p $(BUILD)/cppcheck
	@echo "cppcheck"
	@cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
		--suppressions-list=tests/lint/cppcheck.txt --cppcheck-build-dir=$(BUILD)/cppcheck \
		-D_GNU_SOURCE -DTSK_VERSION='"0"' '-DElfW(type)=Elf64_##type' -Iinclude -Icore $(C_SOURCES)

lint-tidy: $(C_SOURCES:%.c=$(BUILD)/tidy/%.ok)

# clang-tidy counts what it suppressed on stderr; that is shown only where it failed.
$(BUILD)/tidy/%.ok: %.c $(C_HEADERS) tests/lint/clang-tidy.yaml | $(BUILD)/gen/temporal.pb-c.h
	@mkdir -p $(@D)
	@echo "clang-tidy-14 $<"
	@clang-tidy-14 --quiet --config-file=tests/lint/clang-tidy.yaml $< -- -std=c17 -D_GNU_SOURCE \
		-DTSK_VERSION='"0"' -Iinclude -Icore -Itests/unit -I$(BUILD)/gen $(LIBRARY_CFLAGS) \
		2>$(@:.ok=.err) || { cat $(@:.ok=.err); exit 1; }
	@touch $@

lint-shell: all
	@echo "shellcheck"
	@shellcheck --external-sources --source-path=SCRIPTDIR $(SHELL_SCRIPTS)
	@$(BUILD)/temporal-skill completion bash | shellcheck --shell=bash -

lint-python:
	@echo "ruff, mypy"
	@$(PYTHON) -m ruff check --no-cache tests skills
	@$(PYTHON) -m ruff format --no-cache --check tests skills
	@$(PYTHON) -m mypy --config-file tests/lint/mypy.ini --cache-dir $(BUILD)/mypy $(PYTHON_TESTS)
	@for template in skills/templates/*/; do \
		(cd "$$template" && "$(abspath $(PYTHON))" -m mypy --strict \
			--cache-dir "$(abspath $(BUILD))/mypy-$$(basename "$$template")" .) || exit 1; \
	done

.PHONY: format
format: ## format C and Python in place
	clang-format-14 -i $(C_SOURCES) $(C_HEADERS) $(C_STANDS_IN)
	$(PYTHON) -m ruff format --no-cache tests skills

.PHONY: help clean
help: ## this list
	@echo "make               build into $(BUILD)/"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

clean: ## remove what was built; .deps/ stays
	rm -rf $(BUILD)

# Targets that compile and do not install first: one line where the libraries are missing, not the compiler's many.
BUILDS := $(filter-out deps deps-% undeps demo test unit-valgrind e2e bench lint format help clean dist deb test-deb \
	test-bare test-bare-demo test-reports test-rehearsal test-rehearsal-sdks test-launchers test-lifecycle torture coverage fuzz,$(or $(MAKECMDGOALS),all))
ifneq ($(BUILDS),)
ifeq ($(shell command -v protoc-c >/dev/null && $(PKG_CONFIG) --exists $(LIBRARIES) libcurl 2>/dev/null && echo yes),)
$(error protoc-c, $(PKG_CONFIG) or a library ($(LIBRARIES) libcurl) is missing; run: make deps)
endif
endif

# ---- install ----

DESTDIR ?=
INSTALL ?= install
bindir = $(DESTDIR)$(PREFIX)/bin
libdir = $(DESTDIR)$(PREFIX)/lib/temporal-skill
pkgconfigdir = $(DESTDIR)$(PREFIX)/lib/pkgconfig
includedir = $(DESTDIR)$(PREFIX)/include/temporal-skill
sharedir = $(DESTDIR)$(PREFIX)/share/temporal-skill
docdir = $(DESTDIR)$(PREFIX)/share/doc/temporal-skill
mandir = $(DESTDIR)$(PREFIX)/share/man/man1
# Where each shell looks for completions.
bash_completion = $(DESTDIR)$(PREFIX)/share/bash-completion/completions/temporal-skill
zsh_completion = $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_temporal-skill
fish_completion = $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/temporal-skill.fish
SKILL_FOLDERS := scripts references recipes templates plugin-kit probe

# A build folder that does not lie in the source tree finds the skill's files by this link.
all: $(BUILD)/skills
$(BUILD)/skills:
	@mkdir -p $(@D)
	@ln -sfn "$(CURDIR)/skills" $@

.PHONY: install uninstall catalogue
install: all $(BUILD)/libcore.a man ## into PREFIX (/usr/local), below DESTDIR
	$(INSTALL) -d "$(bindir)" "$(libdir)/plugins" "$(includedir)" "$(pkgconfigdir)" "$(sharedir)" "$(docdir)"
	$(INSTALL) -m 755 $(BUILD)/temporal-skill "$(bindir)"
	$(INSTALL) -m 644 $(BUILD)/channel.so "$(libdir)"
	$(INSTALL) -m 644 $(PLUGINS:%=$(BUILD)/plugins/%.so) "$(libdir)/plugins"
	$(INSTALL) -m 644 include/temporal-skill/*.h "$(includedir)"
	$(INSTALL) -m 644 SKILL.md LICENSE "$(sharedir)"
	$(INSTALL) -m 644 README.md CHANGELOG.md LICENSE "$(docdir)"
	@for folder in $(SKILL_FOLDERS); do \
		[ -d "skills/$$folder" ] || continue; \
		(cd skills && find "$$folder" \( -name '*cache*' -o -name .venv -o -name uv.lock \) -prune -o -type f -print) | while read -r file; do \
			mode=644; [ ! -x "skills/$$file" ] || mode=755; \
			$(INSTALL) -D -m $$mode "skills/$$file" "$(sharedir)/skills/$$file" || exit 1; \
		done || exit 1; \
	done
	@printf '%s\n' 'prefix=$(PREFIX)' 'includedir=$${prefix}/include' \
		'plugindir=$${prefix}/lib/temporal-skill/plugins' '' 'Name: temporal-skill' \
		'Description: what a plugin of temporal-skill is compiled with' 'Version: $(VERSION)' \
		'Requires: libcjson' 'Cflags: -I$${includedir}' >"$(pkgconfigdir)/temporal-skill.pc"
	$(INSTALL) -m 644 $(BUILD)/libcore.a "$(libdir)/libtemporal-skill-testing.a"
	@printf '%s\n' 'libdir=$(PREFIX)/lib/temporal-skill' '' 'Name: temporal-skill-testing' \
		'Description: what the tests of a plugin are linked with' 'Version: $(VERSION)' \
		'Requires: temporal-skill' 'Libs: -L$${libdir} -ltemporal-skill-testing $(LIBRARY_LIBS)' \
		>"$(pkgconfigdir)/temporal-skill-testing.pc"
	$(INSTALL) -d "$(mandir)" "$(dir $(bash_completion))" "$(dir $(zsh_completion))" "$(dir $(fish_completion))"
	$(INSTALL) -m 644 $(BUILD)/man/*.1 "$(mandir)"
	@$(BUILD)/temporal-skill completion bash >"$(bash_completion)"
	@$(BUILD)/temporal-skill completion zsh >"$(zsh_completion)"
	@$(BUILD)/temporal-skill completion fish >"$(fish_completion)"
	@chmod 644 "$(pkgconfigdir)/temporal-skill.pc" "$(pkgconfigdir)/temporal-skill-testing.pc" \
		"$(bash_completion)" "$(zsh_completion)" "$(fish_completion)"

# Plugins that others put beside ours stay, and so does the folder then.
uninstall: ## remove what install put into PREFIX, below DESTDIR
	rm -f "$(bindir)/temporal-skill" "$(libdir)/channel.so" "$(libdir)/libtemporal-skill-testing.a"
	rm -f "$(pkgconfigdir)/temporal-skill.pc" "$(pkgconfigdir)/temporal-skill-testing.pc"
	rm -f $(PLUGINS:%="$(libdir)/plugins/%.so")
	rm -f "$(mandir)"/temporal-skill.1 "$(mandir)"/temporal-skill-*.1
	rm -f "$(bash_completion)" "$(zsh_completion)" "$(fish_completion)"
	rm -rf "$(includedir)" "$(sharedir)" "$(docdir)"
	@rmdir "$(libdir)/plugins" "$(libdir)" 2>/dev/null || :

catalogue: all ## write the table of commands into SKILL.md
	@python3 skills/write_catalogue.py $(BUILD)/temporal-skill

.PHONY: man claude-plugin
man: all ## write the manual pages into build/man
	@python3 skills/write_man.py $(BUILD)/temporal-skill $(BUILD)/man

claude-plugin: all ## put skill and MCP server into build/claude-plugin, for Claude Code
	@python3 skills/assemble_plugin.py $(BUILD)/temporal-skill $(BUILD)/claude-plugin

# ---- packages ----

.PHONY: dist deb test-deb
dist: ## the release tarball, into build/dist: the files that git tracks
	@packaging/dist.sh $(BUILD)/dist

deb: ## a Debian package, into build/deb, that lintian accepts
	@deps/install.sh deb
	@packaging/dist.sh $(BUILD)/dist
	@packaging/deb.sh $(BUILD)/dist/temporal-skill-$(VERSION).tar.gz $(BUILD)/deb

# Not part of make test: it wants root, a Debian mirror and, the first time, two minutes.
test-deb: deb ## the package installed, used and removed in a clean Debian (as root)
	@tests/packaging/test_deb.sh $(BUILD)/deb/temporal-skill_$(VERSION)_*.deb $(BUILD)/test-deb

# ---- the first two commands on a machine that has nothing ----

# As root, with a network; the bare system is kept in $(BUILD)/clean-debian. WITHOUT=libc6-dev: that the demo fails
# where that package is missing in deps/install.sh.
.PHONY: test-bare test-bare-demo
test-bare: ## make demo, make test and make undeps in a bare Debian, as root and as a user with sudo (as root)
	@deps/install.sh bare
	@tests/packaging/test_bare.sh $(BUILD)/test-bare $(if $(WITHOUT),without $(WITHOUT),whole)

test-bare-demo: ## the short form, about a minute: make demo and make undeps as a user with sudo
	@deps/install.sh bare
	@tests/packaging/test_bare.sh $(BUILD)/test-bare demo

# ---- fuzzing: each target for SECONDS; what it found before is where it begins ----

FUZZ_TARGETS := $(sort $(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c))))
FUZZ ?= $(FUZZ_TARGETS)
SECONDS ?= 30
# What a target links besides the core.
FUZZ_OBJECTS_fuzz_recipe := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out %/plugin.c,$(wildcard plugins/recipe/*.c)))
FUZZ_OBJECTS_fuzz_frames := $(CHANNEL_SOURCES:%.c=$(BUILD)/obj/%.o)

.PHONY: fuzz fuzz-build fuzz-run
fuzz: ## libFuzzer, ASan and UBSan on what reads foreign input; SECONDS=30 a target, FUZZ=fuzz_x chooses
	@deps/install.sh fuzz
	@$(SUBMAKE) BUILD=$(BUILD)/fuzz CC=clang-14 CFLAGS='-O1 -g' SANITIZERS='$(ASAN_FLAGS) -fsanitize=fuzzer-no-link' fuzz-build
	@$(PYTHON) tests/fuzz/seeds.py $(BUILD)/fuzz/corpus
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzz fuzz-run

fuzz-build: $(FUZZ_TARGETS:%=$(BUILD)/targets/%)
	@:

define fuzz_rule
$(BUILD)/targets/$(1): tests/fuzz/$(1).c $(FUZZ_OBJECTS_$(1)) $(BUILD)/libcore.a
	@mkdir -p $$(@D)
	$$(call QUIET,LD)$$(CC) $$(ALL_CFLAGS) -fsanitize=fuzzer $$(ALL_LDFLAGS) -Wl,--dynamic-list=core/exports.list -o $$@ \
		$$(filter-out %.h,$$^) $$(LIBRARY_LIBS) $$(CURL_LIBS)
endef
$(foreach target,$(FUZZ_TARGETS),$(eval $(call fuzz_rule,$(target))))

# Freed memory is kept from reuse only so far: at ASan's 256 MB, page faults take most of the time.
# One line a target: its coverage and inputs at the start and at the end; where it failed, what libFuzzer said of it.
fuzz-run:
	@for target in $(FUZZ); do \
		log=$(BUILD)/$$target.log; \
		mkdir -p $(BUILD)/corpus/$$target && \
		ASAN_OPTIONS=quarantine_size_mb=1 $(BUILD)/targets/$$target -max_total_time=$(SECONDS) -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
			-print_final_stats=1 -artifact_prefix=$(BUILD)/$$target- $(BUILD)/corpus/$$target </dev/null >$$log 2>&1 || \
			{ grep -Ev '^(stat::|#[0-9])' $$log | head -n 60; echo "$$target: see $$log"; exit 1; }; \
		printf '%-20s %8s runs, coverage and inputs %s, then %s\n' "$$target" \
			"$$(sed -n 's/^stat::number_of_executed_units: *//p' $$log)" \
			"$$(sed -n 's/^#.*INITED cov: \([0-9]*\) .*corp: \([0-9]*\).*/\1 \2/p' $$log)" \
			"$$(sed -n 's/^#.*DONE *cov: \([0-9]*\) .*corp: \([0-9]*\).*/\1 \2/p' $$log)"; \
	done
