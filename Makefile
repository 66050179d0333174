# The two commands: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test lint format bench soak lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
PYTEST_WORKERS ?= 2

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

run: $(VENV)/.installed ## install when needed, build the demonstration when needed, serve http://127.0.0.1:8050
	@$(BIN)/python -m dashboard

test: $(VENV)/.tests-installed ## install what the tests need, a browser included, and run everything
	@.ci/browser
	@.ci/java
	@$(BIN)/ruff check . && $(BIN)/ruff format --check --quiet . && $(BIN)/lint-imports
	@$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadfile $(PYTEST_ARGS)

lint: $(VENV)/.tests-installed ## style and import rules only
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

format: $(VENV)/.tests-installed ## put the code into the common format
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: $(VENV)/.tests-installed ## measure what the README promises and print it as a table
	@.ci/browser
	@$(BIN)/python -m tests.benchmarks

soak: $(VENV)/.tests-installed ## kill a thousand loads of raw swipes at random moments
	@$(BIN)/python -m tests.geodata.swipes.kills 1000

lock: ## write requirements.lock anew (needs uv)
	@.ci/lock

clean: ## remove what the commands above made
	rm -rf $(VENV) var dist build .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Silver Atlas needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo "Python cannot make a virtual environment here; on Debian: apt-get install python3-venv"; exit 1; }

# Installs nothing while the lock and pyproject.toml are older than the last installation.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing Silver Atlas into $(VENV) (first start, or the lock has changed)"
	@sed '/^# tests$$/,$$d' requirements.lock > $(VENV)/run.lock
	@$(PIP_INSTALL) --require-hashes -r $(VENV)/run.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.tests-installed: $(VENV)/.installed
	@echo "installing what the tests need"
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@touch $@
