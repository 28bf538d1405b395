PYTHON ?= python3.11
WORKERS ?= 2
SECONDS ?= 60

BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := check
.PHONY: setup demo docs test test-all fuzz lint check format clean

setup: $(STAMP)

# The stamp is written last: an environment without one is made anew.
$(STAMP): pyproject.toml constraints.txt
	@test -e $@ && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@rm -f $@
	@echo "installing into .venv (some minutes the first time)"
	@$(PIP) pip setuptools
	@$(PIP) --no-build-isolation -e ".[tf,demo,dev]"
	@touch $@

demo: setup
	@$(BIN)/python docs/demo/engel.py

docs: setup
	@$(BIN)/python docs/kinds.py
	@$(BIN)/python docs/diagnostics.py

test: setup
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test-all: setup
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m ""

# By hand: damaged specs, for as long as one likes.
fuzz: setup
	@PYTHONPATH=. $(BIN)/python tests/fuzz/fuzz_spec.py --seconds $(SECONDS)

lint: setup
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/lint-imports --no-logo --no-cache
	@$(BIN)/basedpyright --project pyproject.toml

check: lint test

format: setup
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

# Leaves .venv alone.
clean:
	@rm -rf build dist *.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find flowspec tests docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
