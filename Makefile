# Targets explain themselves: make help.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
GO ?= go
TEMPL := $(GO) run github.com/a-h/templ/cmd/templ@v0.3.977
FUZZTIME ?= 20s
FUZZ := $(shell grep -rl --include='*_test.go' '^func Fuzz' internal 2>/dev/null | sort)

.PHONY: help run check test prove bench fuzz e2e golden generate tools

help: ## Say what each target does.
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

run: ## Run the demo: Parley on 127.0.0.1:8080, the sandbox on 127.0.0.1:8090.
	$(GO) run ./cmd/parley demo

check: ## Format, vet, walls, and the tests on SQLite alone (under two minutes).
	@test -z "$$(gofmt -l cmd internal)" || { echo "not formatted:"; gofmt -l cmd internal; exit 1; }
	$(GO) vet ./...
	PARLEY_TEST_POSTGRES=none $(GO) test -short ./...

test: tools ## Everything: both engines, browser, contracts, proofs at small scale, fuzzing.
	@test -z "$$(gofmt -l cmd internal)" || { echo "not formatted:"; gofmt -l cmd internal; exit 1; }
	$(GO) vet ./...
	@bash scripts/test

prove: tools ## The proofs at full scale, with their figures.
	PARLEY_PROVE=1 $(GO) test -count=1 -timeout 60m -v -run 'Prove|Race|Kill' ./...

bench: tools ## The workloads that compare Parley with what people would use instead.
	@bash scripts/bench

fuzz: ## Fuzz what strangers send, FUZZTIME (20s) a target.
	@for f in $(FUZZ); do for t in $$(grep -oE '^func Fuzz[A-Za-z0-9]+' $$f | cut -c6-); do \
	  echo "fuzz $$t in $$(dirname $$f)"; $(GO) test -run '^$$' -fuzz "^$$t\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$f) | tail -n 1; done; done

e2e: tools ## The stories in a real browser, with screenshots in docs/screens.
	PARLEY_SCREENS=$(CURDIR)/docs/screens $(GO) test -count=1 -timeout 20m -v ./internal/app/e2e/...

golden: ## Rewrite golden files; read the difference before you commit it.
	$(GO) test ./internal/card -update
	$(GO) test ./internal/appointment -golden

generate: ## Write the Go code of the page templates.
	$(TEMPL) generate -path internal

tools: ## Install what the tests need besides Go (PostgreSQL, Chromium) with Debian's package manager.
	@bash scripts/tools
