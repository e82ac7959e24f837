# Every target is a command that can be typed by hand; make only remembers them.

.PHONY: help build install package collection site pictures test releases race torture accuracy remedies daemons kubernetes chaos projects chains fleet matrix engine real bench soak fuzz lint lab clean

# One set of flags for all that is compiled: what one target has compiled is there for the next, and the test hosts need
# programs without C.
export CGO_ENABLED = 0
export GOFLAGS += -trimpath

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/safeport, and bin/safeport-check, the read-only part
	go build -ldflags='-s -w' -o bin/safeport ./cmd/safeport
	go build -tags nethttpomithttp2 -ldflags='-s -w' -o bin/safeport-check ./cmd/safeport-check # no engine speaks HTTP/2

PREFIX = /usr/local
install: ## install both to /usr/local/bin; PREFIX=DIR for another place
	@[ -x bin/safeport ] || { echo 'make install: run "make build" first' >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 bin/safeport bin/safeport-check $(DESTDIR)$(PREFIX)/bin

package: ## build .deb, .rpm and archives for amd64 and arm64 into dist/, with checksums and a list of parts
	cd packaging && go run . -o ../dist

site: ## build the documentation as pages in dist/site/
	cd packaging && go run ./site -o ../dist/site

pictures: ## redo the pictures in the documentation from real runs; requires root
	cd packaging && SAFEPORT_LAB=required go test -count=1 ./picture -rewrite

collection: ## build dist/safeport-safeport-*.tar.gz, for ansible-galaxy collection install
	@rm -rf dist/collection
	ansible/build/build.sh dist/collection
	ansible-galaxy collection build --force --output-path dist dist/collection

# Root runs all of it. Without root, tests that need a lab host skip: "go test -v" prints why for each.
ifeq ($(shell id -u),0)
test: export SAFEPORT_LAB = required
endif
test: lab ## run the tests with the accuracy exam; without root, only those that need no test hosts
	@[ "$$(id -u)" = 0 ] || echo "*** NOT RUN WITHOUT ROOT: what needs network namespaces or a container engine, above all the accuracy exam ***"
	@echo "*** The tests follow: up to ten minutes on two cores. Nothing is installed from here on; test hosts are removed at the end ***"
	SAFEPORT_RELEASES=none go test -count=1 -timeout 1h -parallel 6 ./... # most tests wait most of the time
	cd packaging && go test -count=1 ./...
	@echo "*** NOT RUN: two thirds of the tests of releases and fleets (make releases) ***"

race: export CGO_ENABLED = 1
race: lab ## run the tests without test hosts with the race detector
	SAFEPORT_LAB= go test -race -short -count=1 -timeout 30m $$(go list ./... | grep -vE '/(lab|bench|internal/release)(/|$$)')

# What releases, remedies, projects, real and matrix try: all, or what CI takes (some).
WHICH = all

releases: lab ## run all tests of releases and fleets; requires root; WHICH=some leaves out those in make test
	SAFEPORT_LAB=required SAFEPORT_RELEASES=$(WHICH) go test -count=1 -timeout 2h -parallel 6 ./internal/release ./lab/fleet

FAULTS = Killed|CutShort|Signals|Engine|PowerCut|NoRoom|DoNotCome|ThatFails|InTheMiddle|SomebodyElse|TwoRuns|Downtime
torture: lab ## kill changes at every step, break engine, power, disk and network; requires root, takes hours
	SAFEPORT_LAB=required SAFEPORT_TORTURE=1 go test -count=1 -timeout 4h -v -run '$(FAULTS)' ./internal/release ./lab/fleet

accuracy: lab ## compare safeport and the usual checks with the truth in real situations
	cd lab/exam && SAFEPORT_LAB=required go test -count=1 -timeout 1h -run TestAccuracy -table

ROUNDS = 2000
SEED = 0
chaos: lab ## check ROUNDS random situations against the truth; SEED=N repeats them, WIDE=1 adds kinds
	cd lab/exam && SAFEPORT_LAB=required go test -count=1 -timeout 6h -run TestChaos -rounds $(ROUNDS) -seed $(SEED) $(if $(WIDE),-wide)

remedies: lab ## run every printed fix in every situation of the exam; half an hour
	cd lab/exam && SAFEPORT_LAB=required go test -count=1 -timeout 2h -run TestRemedies $(if $(filter all,$(WHICH)),-whole,-try) -table

daemons: lab ## the same for what real Tailscale, Incus and LXD publish
	lab/daemons/setup.sh
	SAFEPORT_LAB=required SAFEPORT_DAEMONS=1 go test -count=1 -timeout 30m -v ./lab/daemons

kubernetes: lab ## ask about the ports of a Kubernetes node with real programs, which it builds for a quarter of an hour
	lab/daemons/kubernetes/build.sh
	SAFEPORT_LAB=required SAFEPORT_DAEMONS=1 SAFEPORT_KUBERNETES=1 go test -count=1 -timeout 30m -v -run Kubernetes ./lab/daemons

projects: lab ## compare with Compose itself on many projects; SAFEPORT_PROJECTS_ENGINE=podman uses Podman
	SAFEPORT_LAB=required SAFEPORT_PROJECTS=$(WHICH) go test -count=1 -timeout 2h -run TestProjects ./internal/release

chains: lab ## compare "who" with witr, lsof, ss and fuser for programs started in many ways
	lab/chains/setup.sh
	SAFEPORT_LAB=required SAFEPORT_CHAINS=1 go test -count=1 -timeout 1h -v ./lab/chains -table

HOSTS = 100
fleet: lab ## check HOSTS (100) hosts with real Ansible over SSH
	SAFEPORT_LAB=required go test -count=1 -timeout 2h -v -run TestManyHosts ./lab/fleet -args -hosts $(HOSTS)
	SAFEPORT_LAB=required go test -count=1 -timeout 2h -v -run NONE -bench Forks -benchtime 1x ./lab/fleet -args -hosts $(HOSTS)

matrix: lab ## test other kernels (in QEMU) and engines: WHICH=all, some or names of rows
	go run ./lab/matrix $(if $(filter all,$(WHICH)),,$(if $(filter some,$(WHICH)),-some,$(WHICH)))

engine: lab ## build Docker's current engine into bin/engine/, for tests with that first on PATH
	lab/moby/build.sh bin/engine

REAL = $(if $(filter all,$(WHICH)),2.0.3 2.1.2 2.2.3 2.3.0,2.3.0)
real: lab ## compare with the real GPUStack; requires root and the network; WHICH=some: newest version only
	lab/real/build.sh $(REAL)
	SAFEPORT_LAB=required SAFEPORT_REAL="$(REAL)" go test -count=1 -timeout 3h -v ./lab/real

bench: ## run the benchmarks
	go test -run=NONE -bench=. ./...

STORM = 30m
CHECKS = 20000
soak: lab ## check CHECKS (20000) times in one process, and hold ports for STORM (30m) under load: nothing may grow
	SAFEPORT_LAB=required go test -count=1 -timeout 6h -v -run 'LeaveNothing|StandsAStorm' ./bench -checks $(CHECKS) -storm $(STORM)

FUZZTIME = 1m
fuzz: ## run each fuzz target for FUZZTIME (1m)
	@grep -rho --include='*_test.go' '^func Fuzz[A-Za-z0-9]*' . -H | sed 's|^\(.*\)/[^/]*:func \(.*\)|\1 \2|' | while read -r dir target; do \
	  echo "$$dir $$target"; nice go test -run=NONE -parallel=1 -fuzz="^$$target$$" -fuzztime=$(FUZZTIME) "$$dir" || exit 1; done

# govulncheck ends with status 3 when it finds something, and needs its database. A machine that cannot reach it must say
# so and go on: it has not been told that there is nothing to find.
lint: ## run gofmt, vet, staticcheck and govulncheck
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "not as gofmt writes it:" $$unformatted; exit 1; }
	go vet ./...
	GOOS=darwin go vet ./cmd/safeport
	go tool staticcheck ./...
	cd packaging && go vet ./... && $$(cd .. && go tool -n staticcheck) ./...
	@echo go tool govulncheck ./...; \
	found=$$(go tool govulncheck ./... 2>&1) && echo "$$found" || { \
	  echo "$$found"; \
	  echo "$$found" | grep -q '^govulncheck: fetching vulnerabilities' || exit 1; \
	  echo "*** NOT CHECKED FOR KNOWN VULNERABILITIES: their database cannot be reached from here ***"; }

lab: # install what the test hosts need
	@lab/setup.sh

clean: ## remove what was built
	rm -rf bin dist
