# make demo   one whole meeting on real processes; writes demo-out/   (PAPERS=DIR: with your own PDFs)
# make test   linters, types, layers, all tests, coverage
# make bench  every bench, or one: make bench NAME=fanout
# make lint   the first part of make test
# make clean  removes everything that can be made again
# Each sets up .venv and the system libraries by itself, once (.ci/setup).

PYTHON ?= python3
JOBS ?= 3
# Seconds after which a run of the tests is ended: several times what it takes.
LONGEST ?= 2700
BIN := .venv/bin
# The rules that decide what a meeting resolved, and what is kept of it: no line of these goes untested.
EXACT := server/protocol/*,server/core/*,server/journal/*

.PHONY: demo test bench lint clean
.DEFAULT_GOAL := test

.venv/.ready: pyproject.toml constraints.txt .ci/setup
	@bash .ci/setup "$(PYTHON)"

demo: .venv/.ready
	$(BIN)/phienhop demo --out demo-out $(if $(PAPERS),--papers "$(PAPERS)")

lint: .venv/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: lint
	$(BIN)/coverage erase
# What fails beside another worker on a busy machine is run once more, alone: both runs are printed,
# and what fails twice fails. A run that does not come to its end (a test that ends its worker is
# given to the next one, for ever) has run not everything, and is not mended by a second.
	timeout $(LONGEST) $(BIN)/coverage run -m pytest -q -n $(JOBS) --dist loadscope || \
		{ [ $$? -eq 1 ] && $(BIN)/coverage run -m pytest -q --last-failed --last-failed-no-failures none; }
	$(BIN)/coverage combine -q
	$(BIN)/coverage report
	$(BIN)/coverage report --include='$(EXACT)' --fail-under=100

bench: .venv/.ready
	@set -e; for name in $(or $(NAME),$$($(BIN)/python -m bench --list)); do \
		$(BIN)/python -m bench "$$name"; done

clean:
	rm -rf .venv demo-out build dist .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache \
		.ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
