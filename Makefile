# make run | test | check | chaos | bench | bench-clean | bench-dedup | bench-tag | bench-stories | boards | lock
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: env run test check system chaos bench bench-clean bench-dedup bench-tag bench-stories train-clean boards lock clean

env: $(VENV)/ready

$(VENV)/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("newsmill needs Python 3.11 or newer, this is " + sys.version) if sys.version_info < (3, 11) else None'
	@echo "making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.txt
	@echo "adding the tools for tests"
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@

run: env
	@exec $(BIN)/newsmill run $(ARGS)

test: $(VENV)/ready-dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -n auto -m "not system" $(ARGS)
	$(BIN)/python -m pytest -m system $(ARGS)

check: $(VENV)/ready-dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -n auto -m "not system and not services" $(ARGS)

system: $(VENV)/ready-dev
	$(BIN)/python -m pytest -m system $(ARGS)

chaos: $(VENV)/ready-dev
	$(BIN)/python -m tests.chaos $(ARGS)

bench: env
	$(BIN)/newsmill bench $(ARGS)

bench-tag: $(VENV)-bench/ready
	@$(VENV)-bench/bin/python -m tests.benchmarks.tag $(ARGS)

bench-stories: $(VENV)-bench/ready
	@$(VENV)-bench/bin/python -m tests.benchmarks.stories $(ARGS)

# Rivals in an environment of their own: they are no part of the mill.
$(VENV)-bench/ready: requirements.txt pyproject.toml tests/benchmarks/tag/rivals.txt
	@echo "making the environment for benchmarks in $(VENV)-bench"
	@$(PYTHON) -m venv $(VENV)-bench
	@$(VENV)-bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement requirements.txt
	@$(VENV)-bench/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation --editable .
	@while read -r rival; do case "$$rival" in ''|'#'*) continue;; esac; \
	  $(VENV)-bench/bin/python -m pip --disable-pip-version-check --quiet install "$$rival" || echo "not installed: $$rival"; \
	  done < tests/benchmarks/tag/rivals.txt
	@touch $@

boards: env
	$(BIN)/python -m boards

$(VENV)/ready-bench-dedup: $(VENV)/ready-dev requirements-bench-dedup.txt
	@echo "adding the rivals of deduplication"
	@$(PIP) install --no-deps --require-hashes --requirement requirements-bench-dedup.txt
	@touch $@

bench-dedup: $(VENV)/ready-bench-dedup
	@$(BIN)/python -m tests.benchmarks.dedup $(ARGS)

# DATA: a folder with html-pages/ (and aggregator-pages/), see tests/benchmarks/clean.py
bench-clean: $(VENV)/ready-bench-clean
	@$(BIN)/python -m tests.benchmarks.clean $(if $(DATA),--data $(DATA)) $(ARGS)

train-clean: $(VENV)/ready-bench-clean
	$(BIN)/python -m training.blocks $(DATA) $(ARGS)

$(VENV)/ready-bench-clean: $(VENV)/ready-dev requirements-bench-clean.txt
	@echo "adding the rivals of clean and what trains its classifier"
	@$(PIP) install --no-deps --require-hashes --requirement requirements-bench-clean.txt
	@touch $@

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
  --no-emit-find-links --custom-compile-command "make lock"
RUN_EXTRAS := --extra embedded --extra postgres --extra patterns --group build

lock: $(VENV)/ready-dev
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) $(RUN_EXTRAS) pyproject.toml -o requirements.txt
	$(COMPILE) $(RUN_EXTRAS) --extra otel --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	for group in bench-clean bench-dedup; do \
	  $(COMPILE) --group $$group -c requirements.txt pyproject.toml -o requirements-$$group.txt; done

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache
