# What one runs by name: the demo, the server, tests, packaging. `make help` lists it.

SHELL := /bin/bash
PYTHON ?= python3
WATTDECK := .venv/bin/wattdeck
set_up := @$(PYTHON) scripts/set_up.py
on = $(filter-out 0 no false,$(1))

.DEFAULT_GOAL := help
.PHONY: help setup demo serve lint format coverage-page test test-long bench package lock clean distclean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## make .venv with everything wattdeck needs, and build the dashboard
	$(set_up)

demo: ## a server with pretended charge points; DURATION=30 HEADLESS=1 JSON=1 ARGS="…"
	$(set_up)
	@$(WATTDECK) demo $(if $(DURATION),--duration $(DURATION)) $(if $(call on,$(HEADLESS)),--headless) $(if $(call on,$(JSON)),--json) $(ARGS)

serve: ## the server; ARGS="…"
	$(set_up)
	@$(WATTDECK) serve $(ARGS)

lint: ## style, types, import contracts, what no file may contain
	$(set_up) --dev
	@.venv/bin/python scripts/run_tests.py lint

format: ## put the sources in the agreed form
	$(set_up) --dev
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .
	@.venv/bin/python scripts/dashboard_build.py format
	@.venv/bin/python scripts/coverage_page.py

coverage-page: ## write docs/coverage.md from the tests' marks
	$(set_up) --dev
	@.venv/bin/python scripts/coverage_page.py

test: ## lint and every test but the long ones
	$(set_up) --test
	@.venv/bin/python scripts/run_tests.py test

test-long: ## the tests that take more than ten seconds each, and more examples
	$(set_up) --test
	@.venv/bin/python scripts/run_tests.py long

bench: ## how fast it is on this machine; ARGS="…"
	$(set_up) --dev
	@.venv/bin/python -m benchmarks $(ARGS)

package: ## build sdist and wheel into dist/ and check them
	$(set_up)
	@.venv/bin/python scripts/check_packages.py

lock: ## choose the versions in requirements/ anew; UPGRADE=1 takes the newest
	$(set_up) --dev
	@scripts/lock.sh $(if $(call on,$(UPGRADE)),--upgrade)

clean: ## remove caches, reports and packages
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find src tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean ## the same, and .venv, node_modules and the built dashboard
	@rm -rf .venv dashboard/node_modules tests/clients/node_modules src/wattdeck/api/static
