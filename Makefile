PYTHON ?= python3.11
WORKERS ?= 2
SECONDS ?= 60

BIN := .venv/bin
STAMP := .venv/.installed
CLIENTS := .venv/clients/.installed
STUBS := .venv/stubs
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt
CLIENT_PIP := .venv/clients/bin/python -m pip install -qq --disable-pip-version-check \
	-c constraints-clients.txt

.DEFAULT_GOAL := check
.PHONY: setup clients stubs demo docs test test-all bench fuzz fuzz-serve lint check format clean

setup: $(STAMP) $(CLIENTS)

# The stamp is written last: an environment without one is made anew.
$(STAMP): pyproject.toml constraints.txt
	@test -e $@ && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@rm -f $@
	@echo "installing into .venv (some minutes the first time)"
	@$(PIP) pip setuptools
	@$(PIP) --no-build-isolation -e ".[tf,serve,ray,mlflow,generate,demo,dev]"
	@touch $@

# Public clients of what is served, and schemas of what is generated; their protobuf is older than
# TensorFlow's. The last two are read without TensorFlow, which they would install.
clients: $(CLIENTS)

$(CLIENTS): constraints-clients.txt | $(STAMP)
	@$(PYTHON) -m venv --clear .venv/clients
	@$(CLIENT_PIP) "tritonclient[grpc,http]" kserve
	@$(CLIENT_PIP) --no-deps tensorflow-serving-api compose-spec
	@touch $@

# By hand, when inference.proto changes. A later release of the compiler writes messages that do
# not load beside every protobuf that TensorFlow takes.
stubs:
	@$(PYTHON) -m venv --clear $(STUBS)
	@$(STUBS)/bin/python -m pip install -qq --disable-pip-version-check grpcio-tools==1.73.1
	@$(STUBS)/bin/python -m grpc_tools.protoc --proto_path=. --python_out=. --pyi_out=. \
		--grpc_python_out=. flowspec/serve/grpc/inference.proto
	@rm -rf $(STUBS)

demo: setup
	@$(BIN)/python docs/demo/engel.py

docs: setup
	@$(BIN)/python docs/kinds.py
	@$(BIN)/python docs/diagnostics.py
	@$(BIN)/python docs/rules.py

test: setup
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test-all: setup
	@FLOWSPEC_EXAMPLES=200 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m ""

# By hand: how fast a bundle is served, as ratios.
bench: setup
	@$(BIN)/python docs/benchmarks/serving.py

# By hand: damaged specs, for as long as one likes.
fuzz: setup
	@PYTHONPATH=. $(BIN)/python tests/fuzz/fuzz_spec.py --seconds $(SECONDS)

# By hand: requests that lie to a server, for as long as one likes.
fuzz-serve: setup
	@PYTHONPATH=. $(BIN)/python tests/fuzz/fuzz_serve.py --seconds $(SECONDS)

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
