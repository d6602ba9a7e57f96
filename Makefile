# migstat: everything starts here. Needs Python 3.11 and make; the rest comes into .venv from
# requirements.lock, exact versions with hashes.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
export GX_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

.DEFAULT_GOAL := help
.PHONY: help install run up test lint bench lock clean

help:  ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

install: $(INSTALLED)  ## Install everything into .venv

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "migstat needs Python 3.11; name it with make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing into $(VENV) (once; about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ {hit = 1} hit {print} hit && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

run: $(INSTALLED)  ## Main job: start Airflow, take in every seed export, publish marts and extracts, stop
	@$(BIN)/python -m migstat.orchestration.main_job run

up: $(INSTALLED)  ## The same, and stay, with the Airflow UI
	@$(BIN)/python -m migstat.orchestration.main_job up

test: $(INSTALLED) lint  ## Everything CI runs: lint, types, unit, dbt, statistics, end to end
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile -m "not end_to_end"
	$(BIN)/python -m pytest -m end_to_end

lint: $(INSTALLED)  ## Style, types, import layers, SQL style, declarations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models
	$(BIN)/migstat survey check

bench: $(INSTALLED)  ## Measure the numbers of docs/performance.md, as ratios in one run
	$(BIN)/python -m benchmarks

lock: $(INSTALLED)  ## Resolve pyproject.toml anew into requirements.lock
	$(BIN)/uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --all-extras --group dev --upgrade pyproject.toml -o requirements.lock

clean:  ## Remove what can be made again (not data/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
