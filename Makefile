# `make` builds the programs, `make run` tries the milter, `make help` lists all targets.
SWIFT ?= swift
CORPUS ?= ../shared/corpus
# OpenDKIM configurations from public sources, and the program that tries them.
CONFIGURATIONS ?= ../shared/configs
# Optional parts of the programs, such as AllBackends or LDAP,LMDB; `make help` lists them.
TRAITS ?=
PREFIX ?= /usr/local
# Test suites with a target of their own. FAULTS run alone, because they measure time and memory.
MAIL = RealMailTests|QuickstartTests|ScaleOutTests
FAULTS = ^FaultTests\.
STORES = ^DataSetTests\.
# Tests that `make check` leaves out: they start servers, or take long (vectors in pieces of all sizes, random input).
LONG = VectorTests.*every chunking|^DKIMCoreTests\.(Canonicalization|AuthenticationResultsProperty)Tests|^DKIMMilterTests\.Server|TestKeyNameServerTests|UnboundTests
# The tests run with all optional parts.
TEST_TRAITS ?= AllBackends
FORMATTED = Package.swift Sources Tests Fuzz Benchmarks/Package.swift Benchmarks/dkim-bench \
  Examples/Package.swift Examples/SignAndVerify Examples/SignWithAgent Examples/SubjectMilter Examples/VerifyFromDNS
# SwiftPM passes the traits to the compiler in the order of a hash table, and a new order would compile everything again.
STEADY = SWIFT_DETERMINISTIC_HASHING=1
BUILD_TESTS = $(STEADY) $(SWIFT) build --traits $(TEST_TRAITS) --build-tests --enable-code-coverage \
  --explicit-target-dependency-import-check error
# Runs the tests that were built. `swift test` would make a second run wait, and would cause a full build next time.
TESTS = .build/debug/dkimPackageTests.xctest --testing-library swift-testing
RUN_TESTS = DKIM_INTEROP_REQUIRED=1 LLVM_PROFILE_FILE=/dev/null $(TESTS)
# The Swift standard library is linked statically, so that the machine that runs the programs needs no toolchain.
RELEASE = $(STEADY) $(SWIFT) build -c release --static-swift-stdlib --disable-local-rpath

.DEFAULT_GOAL := build
.PHONY: help build run demonstrate first-steps test build-tests run-tests as-root test-fresh unit unit-and-mail stores \
  mail faults check lint format documentation conformance configurations try-configurations coverage links fuzz mutants sanitize bench bench-milter bench-datasets endurance \
  instructions install uninstall clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '%s\n' '' \
	  'A plain build has tables in text files, lists, Redis and memcached, and queries DNS servers for keys.' \
	  'TRAITS=... adds parts: SQL (MariaDB, PostgreSQL, SQLite, UnixODBC), OpenDBX, LDAP, LMDB, BerkeleyDB, Lua,' \
	  'Erlang, and Unbound (DNSSEC validation). TRAITS=AllBackends adds all of them, as in the Debian packages:' \
	  '  make TRAITS=AllBackends && sudo make install TRAITS=AllBackends'

build: ## build the programs in .build/release (TRAITS=AllBackends: with all optional parts)
	Scripts/install build $(if $(TRAITS),backends)
	$(RELEASE) $(if $(TRAITS),--traits $(TRAITS))

run: build ## run the milter in the foreground with a new key (PORT=8891, DOMAIN=example.com)
	@PORT="$(PORT)" DOMAIN="$(DOMAIN)" SELECTOR="$(SELECTOR)" Scripts/run-milter .build/release

demonstrate: build ## make a key, sign a message and verify it; needs no network
	Scripts/demonstrate .build/release/dkimtool

first-steps: ## run the commands of README.md in a clean clone, as a new user does
	Scripts/first-steps

test: as-root build-tests ## run all tests; needs root, because they start Postfix and other servers
	$(MAKE) --no-print-directory run-tests

build-tests: ## build the tests, with all optional parts
	Scripts/install build backends test
	Scripts/check-commands
	Scripts/check-sources
	$(BUILD_TESTS)

run-tests: as-root ## run all tests, after `make build-tests` (root)
	$(MAKE) --no-print-directory --jobs 2 unit-and-mail stores
	$(MAKE) --no-print-directory faults
	$(MAKE) --no-print-directory conformance

unit-and-mail:
	$(MAKE) --no-print-directory unit
	$(MAKE) --no-print-directory mail

unit:
	rm -rf .build/debug/codecov
	DKIM_INTEROP_REQUIRED=1 LLVM_PROFILE_FILE=$(CURDIR)/.build/debug/codecov/%m.profraw $(TESTS) \
	  --skip '$(MAIL)|$(FAULTS)|$(STORES)'

as-root:
	@[ "$$(id -u)" = 0 ] || { echo 'make test: some tests need root to start servers; run it as root,' \
	  'or run the other tests with "swift test"' >&2; exit 77; }

test-fresh: ## build, install and test in new minimal root directories of Debian 12 and 13 (an hour for each, root)
	Scripts/install test-packages
	Scripts/test-fresh

mail: ## send mail through a real Postfix and a real Sendmail; after `make test` or `make build-tests`
	$(RUN_TESTS) --filter '$(MAIL)|MailPrerequisiteTests'

stores: ## test all kinds of data sets with real servers; after `make test` or `make build-tests`
	DKIM_MEASURE_TIME=1 $(RUN_TESTS) --no-parallel --filter '$(STORES)'

faults: ## test the milter under attacks and failures; after `make test` or `make build-tests`
	DKIM_MEASURE_TIME=1 $(RUN_TESTS) --filter '$(FAULTS)'

conformance: ## run the cases of public test suites, if CORPUS exists
	@if [ -d "$(CORPUS)" ]; then Scripts/conformance "$(CORPUS)" .build/debug/dkimtool; \
	else echo "conformance cases: skipped, $(CORPUS) does not exist"; fi

configurations: ## try real opendkim.conf files with the milter and with opendkim, if CONFIGURATIONS exists (root)
	@if [ -d "$(CONFIGURATIONS)" ]; then $(MAKE) --no-print-directory try-configurations; \
	else echo "configurations: skipped, $(CONFIGURATIONS) does not exist"; fi

try-configurations:
	Scripts/install build backends test
	$(RELEASE) --traits $(TEST_TRAITS) --product dkim-milter
	"$(CONFIGURATIONS)/run" .build/release/dkim-milter

coverage: ## report the lines of DKIMCore that the last `make test` executed
	Scripts/coverage

lint: ## check formatting and rules that the compiler does not check
	$(SWIFT) format lint --strict --recursive $(FORMATTED)
	Scripts/check-sources
	Scripts/check-language

check: lint ## check formatting, rules and language, and run the tests that need no servers and no root
	Scripts/install build backends
	$(BUILD_TESTS)
	LLVM_PROFILE_FILE=/dev/null $(TESTS) --filter '^(DKIM[A-Za-z]*|Milter|dkimtool)Tests\.' --skip '$(LONG)'

format: ## format all sources
	$(SWIFT) format --in-place --recursive $(FORMATTED)

documentation: ## build the documentation of the libraries in .build/documentation; fails if a link leads nowhere
	Scripts/install build backends
	Scripts/documentation

links: build ## check that programs without optional parts need none of their libraries and report missing parts
	Scripts/check-links .build/release/dkim-milter .build/release/dkimtool
	Scripts/check-parts .build/release/dkimtool

fuzz: ## run each fuzz target for 60 seconds (SECONDS=N SEED=N)
	Scripts/install build fuzz
	Fuzz/run --seconds $(or $(SECONDS),60) --seed $(or $(SEED),0)

mutants: build-tests ## find random changes of the sources that no test notices (long; COUNT=N SEED=N)
	nice -n 10 Scripts/mutants --count $(or $(COUNT),50) --seed $(or $(SEED),1)

sanitize: ## run the tests with the thread and the address sanitizer (long)
	Scripts/install build backends test
	Scripts/sanitize

bench: ## compare this library with its floor and other libraries (long); writes Docs/Performance.md
	Scripts/install build bench
	Benchmarks/run

bench-milter: ## compare the milter with opendkim, with and without Postfix (long, root); writes Docs/Performance.md
	Scripts/install build bench
	$(RELEASE) --product dkim-milter
	$(RELEASE) --product milter-load
	Benchmarks/milter/run

bench-datasets: ## compare data set lookups, and signing with them, with opendkim (root); writes Docs/Performance.md
	Scripts/install build backends bench
	$(RELEASE) --traits $(TEST_TRAITS) --product dkim-milter
	$(RELEASE) --traits $(TEST_TRAITS) --product milter-load
	Benchmarks/datasets/run

endurance: ## send 100,000 messages through the milter; memory and open files must not grow (root)
	Scripts/install build bench
	$(RELEASE) --product dkim-milter
	$(RELEASE) --product milter-load
	Benchmarks/milter/endurance

instructions: ## compare the instruction counts of three workloads with their thresholds
	Scripts/install build bench
	$(SWIFT) build -c release --package-path Benchmarks
	Benchmarks/instructions

install: ## install what `make` has built below PREFIX (/usr/local); builds nothing (DESTDIR=..., NAMES=no, TRAITS=...)
	TRAITS="$(TRAITS)" Scripts/install-files .build/release "$(PREFIX)"

uninstall: ## remove what `make install` has installed; keeps keys and configuration
	Scripts/install-files .build/release "$(PREFIX)" --remove

clean: ## remove all build results
	rm -rf .build .build-* Benchmarks/.build Examples/.build

# Packages

.PHONY: deb test-packages

deb: ## build Debian packages for this release of Debian in .build-deb/out
	Scripts/install build backends package
	Scripts/build-deb

test-packages: ## replace Debian's opendkim by the packages and back, with real mail (root; RELEASES="bookworm trixie")
	Scripts/install test-packages
	Scripts/test-packages $(RELEASES)
