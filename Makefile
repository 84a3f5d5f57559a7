# Two commands: `make run` and `make test`. Everything else serves them.
.DELETE_ON_ERROR:
.PHONY: run test test-outside test-inside setup check fix bench prove lock clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
OUTSIDE := tests/access tests/browser/test_pages_sweep.py tests/config
TEST_HOME := $(or $(STYRKEDJA_TEST_HOME),$(or $(TMPDIR),/tmp)/styrkedja-test-$(shell id -u))
export DJANGO_SETTINGS_MODULE ?= styrkedja.config.settings

run: $(VENV)/.run
	@$(BIN)/styrkedja serve --demo-if-empty --port $(PORT)

setup: $(VENV)/.dev

# What asks for every address, as every role and in a browser, takes as long as all the rest: side by side, each on a
# server of its own.
test: $(VENV)/.dev check
	@$(MAKE) --no-print-directory -j$(if $(DATABASE_URL),1,2) test-outside test-inside

test-outside: $(VENV)/.dev
	STYRKEDJA_TEST_HOME=$(TEST_HOME)-outside $(BIN)/python -m pytest -q $(OUTSIDE)

test-inside: $(VENV)/.dev
	STYRKEDJA_TEST_HOME=$(TEST_HOME)-inside $(BIN)/python -m pytest -q $(OUTSIDE:%=--ignore=%)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet styrkedja templates
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m styrkedja.config.translations --check

fix: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m styrkedja.config.translations --update

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks

prove: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m prove

# Locked installs: versions and hashes only, no address of an index.
$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

lock:
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements.lock
	uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache
