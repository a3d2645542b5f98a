# What a newcomer needs is `make run` and `make test`; `make help` tells the rest.
SWIFT ?= swift
CORPUS ?= ../shared/corpus
# Suites that measure time and fill the machine: they run when the others are through.
MAIL = RealMailTests|QuickstartTests|ScaleOutTests
FAULTS = ^FaultTests\.
STORES = ^DataSetTests\.
# The tests are run with every optional part built in.
TRAITS ?= AllBackends

.PHONY: help build run demonstrate test stores mail faults lint format conformance coverage links fuzz sanitize bench \
  bench-milter bench-datasets endurance instructions install clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the programs, optimised, in .build/release
	Scripts/install build
	$(SWIFT) build -c release

run: build ## the milter in the foreground with a key made for it (PORT=8891, DOMAIN=example.com)
	@PORT="$(PORT)" DOMAIN="$(DOMAIN)" SELECTOR="$(SELECTOR)" Scripts/run-milter .build/release

demonstrate: build ## make a key, sign a message and verify it; needs no network
	Scripts/demonstrate .build/release/dkimtool

test: ## everything that is tested
	Scripts/install build backends test
	Scripts/check-sources
	$(SWIFT) build --traits $(TRAITS) --build-tests --enable-code-coverage --explicit-target-dependency-import-check error
	DKIM_INTEROP_REQUIRED=1 $(SWIFT) test --traits $(TRAITS) --skip-build --disable-xctest --enable-code-coverage \
	  --skip '$(MAIL)|$(FAULTS)|$(STORES)'
	$(MAKE) --no-print-directory stores
	$(MAKE) --no-print-directory mail
	$(MAKE) --no-print-directory faults
	$(MAKE) --no-print-directory conformance

mail: ## mail through a real Postfix; after `make test`, or a build of the tests
	DKIM_INTEROP_REQUIRED=1 LLVM_PROFILE_FILE=/dev/null $(SWIFT) test --traits $(TRAITS) --skip-build --disable-xctest \
	  --filter '$(MAIL)|MailPrerequisiteTests'

stores: ## data sets of every kind against real servers; after `make test`, or a build of the tests
	DKIM_INTEROP_REQUIRED=1 LLVM_PROFILE_FILE=/dev/null $(SWIFT) test --traits $(TRAITS) --skip-build --disable-xctest \
	  --no-parallel --filter '$(STORES)'

faults: ## the milter under attack and fault; after `make test`, or a build of the tests
	DKIM_INTEROP_REQUIRED=1 LLVM_PROFILE_FILE=/dev/null $(SWIFT) test --traits $(TRAITS) --skip-build --disable-xctest \
	  --filter '$(FAULTS)'

conformance: ## the cases of public test suites, where they are at hand
	@if [ -d "$(CORPUS)" ]; then Scripts/conformance "$(CORPUS)" .build/debug/dkimtool; \
	else echo "conformance cases: skipped, there is no $(CORPUS)"; fi

coverage: ## lines of DKIMCore that the last `make test` ran
	Scripts/coverage

lint: ## formatting, and rules that the compiler does not know
	$(SWIFT) format lint --strict --recursive Sources Tests Examples Fuzz Package.swift
	Scripts/check-sources

format: ## format all sources
	$(SWIFT) format --in-place --recursive Sources Tests Examples Fuzz Package.swift

links: ## the programs without optional parts: they need none of those libraries, and name what is missing
	Scripts/install build
	$(SWIFT) build -c release --product dkim-milter
	$(SWIFT) build -c release --product dkimtool
	Scripts/check-links .build/release/dkim-milter .build/release/dkimtool
	Scripts/check-parts .build/release/dkimtool

fuzz: ## every fuzz target for 60 seconds (SECONDS=N SEED=N)
	Scripts/install build fuzz
	Fuzz/run --seconds $(or $(SECONDS),60) --seed $(or $(SEED),0)

sanitize: ## the tests under the thread and the address sanitizer (long)
	Scripts/install build backends test
	Scripts/sanitize

bench: ## this library, the floor and the others in one run (long); writes Docs/Performance.md
	Scripts/install build bench
	Benchmarks/run

bench-milter: ## the milter beside opendkim, behind Postfix and without it (long, root); writes Docs/Performance.md
	Scripts/install build bench
	$(SWIFT) build -c release --product dkim-milter
	$(SWIFT) build -c release --product milter-load
	Benchmarks/milter/run

bench-datasets: ## data sets of every kind beside opendkim, and signing with tables in them (root); writes Docs/Performance.md
	Scripts/install build backends bench
	$(SWIFT) build -c release --traits $(TRAITS) --product dkim-milter
	$(SWIFT) build -c release --traits $(TRAITS) --product milter-load
	Benchmarks/datasets/run

endurance: ## 100,000 messages through the milter: memory and open files must not grow (root)
	Scripts/install build bench
	$(SWIFT) build -c release --product dkim-milter
	$(SWIFT) build -c release --product milter-load
	Benchmarks/milter/endurance

instructions: ## instruction counts of three workloads against their thresholds
	Scripts/install build bench
	$(SWIFT) build -c release --product dkim-bench
	Benchmarks/instructions

install: build ## programs, manual pages and the service below PREFIX (/usr/local)
	Scripts/install-files .build/release "$(or $(PREFIX),/usr/local)"

clean: ## forget what was built
	rm -rf .build

# Packages

.PHONY: deb test-packages

deb: ## Debian packages for this release of Debian, in .build-deb/out
	Scripts/install build backends package
	Scripts/build-deb

test-packages: ## exchange the packages for Debian's opendkim and back, with real mail (root; RELEASES="bookworm trixie")
	Scripts/test-packages $(RELEASES)
