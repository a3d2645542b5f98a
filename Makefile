# `make` builds, `make run` tries it, `make help` lists the rest.
SWIFT ?= swift
CORPUS ?= ../shared/corpus
# Configurations of OpenDKIM from public sources, and the program that tries them.
CONFIGURATIONS ?= ../shared/configs
# Optional parts of the programs, such as AllBackends or LDAP,LMDB; `make help` names them.
TRAITS ?=
PREFIX ?= /usr/local
# Suites that measure time and use the whole machine: they run after the others.
MAIL = RealMailTests|QuickstartTests|ScaleOutTests
FAULTS = ^FaultTests\.
STORES = ^DataSetTests\.
# The tests are run with every optional part built in.
TEST_TRAITS ?= AllBackends
FORMATTED = Package.swift Sources Tests Fuzz Benchmarks/Package.swift Benchmarks/dkim-bench \
  Examples/Package.swift Examples/SignAndVerify Examples/SubjectMilter Examples/VerifyFromDNS
# The tests that were built. `swift test` would keep a second one waiting, and take the next build for one with other flags.
RUN_TESTS = DKIM_INTEROP_REQUIRED=1 LLVM_PROFILE_FILE=/dev/null .build/debug/dkimPackageTests.xctest \
  --testing-library swift-testing
# Programs contain the Swift standard library: the machine that runs them needs no toolchain.
RELEASE = $(SWIFT) build -c release --static-swift-stdlib --disable-local-rpath

.DEFAULT_GOAL := build
.PHONY: help build run demonstrate first-steps test build-tests run-tests as-root test-fresh unit stores mail faults lint format \
  conformance configurations try-configurations coverage links fuzz mutants sanitize bench bench-milter bench-datasets endurance \
  instructions install uninstall clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '%s\n' '' \
	  'A plain build has text files and lists, Redis, memcached and sockets for tables, and asks DNS servers for keys.' \
	  'More with TRAITS=...: SQL (MariaDB, PostgreSQL, SQLite, UnixODBC), OpenDBX, LDAP, LMDB, BerkeleyDB, Lua, Erlang,' \
	  'and Unbound (DNSSEC validated by the filter itself). TRAITS=AllBackends has all of them, as Debian packages do:' \
	  '  make TRAITS=AllBackends && sudo make install TRAITS=AllBackends'

build: ## the programs in .build/release (TRAITS=AllBackends: with all optional parts)
	Scripts/install build $(if $(TRAITS),backends)
	$(RELEASE) $(if $(TRAITS),--traits $(TRAITS))

run: build ## the milter in the foreground with a new key (PORT=8891, DOMAIN=example.com)
	@PORT="$(PORT)" DOMAIN="$(DOMAIN)" SELECTOR="$(SELECTOR)" Scripts/run-milter .build/release

demonstrate: build ## make a key, sign a message and verify it; needs no network
	Scripts/demonstrate .build/release/dkimtool

first-steps: ## the commands of README.md in a clean clone, as a newcomer types them
	Scripts/first-steps

test: as-root build-tests ## all tests; as root, since they start Postfix and other servers
	$(MAKE) --no-print-directory run-tests

build-tests: ## the tests, with all optional parts
	Scripts/install build backends test
	Scripts/check-commands
	Scripts/check-sources
	$(SWIFT) build --traits $(TEST_TRAITS) --build-tests --enable-code-coverage --explicit-target-dependency-import-check error

run-tests: as-root ## all tests, after `make build-tests`
	$(MAKE) --no-print-directory --jobs 2 unit stores
	$(MAKE) --no-print-directory mail
	$(MAKE) --no-print-directory faults
	$(MAKE) --no-print-directory conformance

unit:
	DKIM_INTEROP_REQUIRED=1 $(SWIFT) test --traits $(TEST_TRAITS) --skip-build --disable-xctest --enable-code-coverage \
	  --skip '$(MAIL)|$(FAULTS)|$(STORES)'

as-root:
	@[ "$$(id -u)" = 0 ] || { echo 'make test: run it as root, which some tests need to start servers;' \
	  'without root "swift test" runs the others' >&2; exit 77; }

test-fresh: ## build, install and test in new minimal roots of Debian 12 and 13 (an hour for each, root)
	Scripts/install test-packages
	Scripts/test-fresh

mail: ## mail through a real Postfix and a real Sendmail; after `make test`, or a build of the tests
	$(RUN_TESTS) --filter '$(MAIL)|MailPrerequisiteTests'

stores: ## data sets of every kind against real servers; after `make test`, or a build of the tests
	$(RUN_TESTS) --no-parallel --filter '$(STORES)'

faults: ## the milter under attack and fault; after `make test`, or a build of the tests
	$(RUN_TESTS) --filter '$(FAULTS)'

conformance: ## the cases of public test suites, where they are at hand
	@if [ -d "$(CORPUS)" ]; then Scripts/conformance "$(CORPUS)" .build/debug/dkimtool; \
	else echo "conformance cases: skipped, there is no $(CORPUS)"; fi

configurations: ## real opendkim.conf files with the milter and with opendkim itself, where they are at hand (root)
	@if [ -d "$(CONFIGURATIONS)" ]; then $(MAKE) --no-print-directory try-configurations; \
	else echo "configurations: skipped, there is no $(CONFIGURATIONS)"; fi

try-configurations:
	Scripts/install build backends test
	$(RELEASE) --traits $(TEST_TRAITS) --product dkim-milter
	"$(CONFIGURATIONS)/run" .build/release/dkim-milter

coverage: ## lines of DKIMCore that the last `make test` ran
	Scripts/coverage

lint: ## formatting, and rules that the compiler does not know
	$(SWIFT) format lint --strict --recursive $(FORMATTED)
	Scripts/check-sources

format: ## format all sources
	$(SWIFT) format --in-place --recursive $(FORMATTED)

links: build ## the programs without optional parts need none of their libraries, and name what is missing
	Scripts/check-links .build/release/dkim-milter .build/release/dkimtool
	Scripts/check-parts .build/release/dkimtool

fuzz: ## every fuzz target for 60 seconds (SECONDS=N SEED=N)
	Scripts/install build fuzz
	Fuzz/run --seconds $(or $(SECONDS),60) --seed $(or $(SEED),0)

mutants: ## random changes of the sources that no test notices (long; COUNT=N SEED=N)
	Scripts/install build
	nice -n 10 Scripts/mutants --count $(or $(COUNT),50) --seed $(or $(SEED),1)

sanitize: ## the tests under the thread and the address sanitizer (long)
	Scripts/install build backends test
	Scripts/sanitize

bench: ## this library, the floor and the others in one run (long); writes Docs/Performance.md
	Scripts/install build bench
	Benchmarks/run

bench-milter: ## the milter beside opendkim, behind Postfix and without it (long, root); writes Docs/Performance.md
	Scripts/install build bench
	$(RELEASE) --product dkim-milter
	$(RELEASE) --product milter-load
	Benchmarks/milter/run

bench-datasets: ## data sets of every kind beside opendkim, and signing with tables in them (root); writes Docs/Performance.md
	Scripts/install build backends bench
	$(RELEASE) --traits $(TEST_TRAITS) --product dkim-milter
	$(RELEASE) --traits $(TEST_TRAITS) --product milter-load
	Benchmarks/datasets/run

endurance: ## 100,000 messages through the milter: memory and open files must not grow (root)
	Scripts/install build bench
	$(RELEASE) --product dkim-milter
	$(RELEASE) --product milter-load
	Benchmarks/milter/endurance

instructions: ## instruction counts of three workloads against their thresholds
	Scripts/install build bench
	$(SWIFT) build -c release --package-path Benchmarks
	Benchmarks/instructions

install: ## what `make` has built, below PREFIX (/usr/local); builds nothing (DESTDIR=..., NAMES=no, TRAITS=...)
	TRAITS="$(TRAITS)" Scripts/install-files .build/release "$(PREFIX)"

uninstall: ## remove what `make install` has installed; keys and configuration stay
	Scripts/install-files .build/release "$(PREFIX)" --remove

clean: ## remove what was built
	rm -rf .build .build-* Benchmarks/.build Examples/.build

# Packages

.PHONY: deb test-packages

deb: ## Debian packages for this release of Debian, in .build-deb/out
	Scripts/install build backends package
	Scripts/build-deb

test-packages: ## exchange the packages for Debian's opendkim and back, with real mail (root; RELEASES="bookworm trixie")
	Scripts/install test-packages
	Scripts/test-packages $(RELEASES)
