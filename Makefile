# One environment for everything: made once with the pinned packages, and reused by every target.
VENV ?= .venv
SECONDS ?= 600
WORKERS ?= auto
BIN := $(VENV)/bin
export ONLY
# Python compiles what it imports once, and keeps it, whatever this shell says.
unexport PYTHONDONTWRITEBYTECODE
PAGES := README.md CONTRIBUTING.md $(shell find docs targets templates -name '*.md')

# The first Python that will do; nothing is asked of the others.
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	2>/dev/null && command -v $$name && break; done)

.PHONY: help demo test check bench fuzz doctor clean install lint types imports docs format lock
.DEFAULT_GOAL := help

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: install  ## Two models, both runtimes, float32 and int8, on a simulated phone
	@$(BIN)/sideload deploy --target android --device simulated --model digits --model minilm

test: check  ## Everything that must hold: `make check`, then every test
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist worksteal

check: lint types imports docs  ## Lint, types, import contracts and documentation; no tests

bench: install  ## Measure what is promised; ONLY=pattern for some of it
	@$(BIN)/python -m tests.benchmarks "$$ONLY"

fuzz: install  ## Look for bytes of a device that break something; SECONDS=600 is how long
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

doctor: install  ## What is installed, at which version, and how to get the rest
	@$(BIN)/sideload doctor

clean: install  ## Remove what can be made again, except the environment
	@$(BIN)/sideload clean
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

install:  ## Make the environment; the other targets do it for themselves
ifeq ($(PYTHON),)
	@echo 'no Python from 3.11 to 3.13 with venv and pip was found' >&2
	@echo '  try: apt install python3 python3-venv, or brew install python@3.13' >&2
	@exit 4
else
	@$(PYTHON) requirements/install.py $(VENV)
endif

lint: install
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/codespell

types: install
	@$(BIN)/mypy

imports: install
	@$(BIN)/lint-imports --no-logo

docs: install
	@$(BIN)/cog --check --verbosity=1 $(PAGES)

format: install  ## Put everything into the one format, and write what is generated
	@$(BIN)/ruff check --fix --exit-zero --quiet
	@$(BIN)/ruff format
	@$(BIN)/cog -r --verbosity=1 $(PAGES)
	@$(BIN)/python -c 'from sideload.host import targets; print(end=targets.schema_text())' \
		> docs/target.schema.json

lock:  ## Resolve requirements/ again from pyproject.toml; needs uv
	@uv pip compile pyproject.toml --extra all --group dev \
		--universal --generate-hashes --no-header --quiet --output-file requirements/all.txt
	@sed -n 's/^zig = \["\(.*\)"\]/\1/p' pyproject.toml | uv pip compile - --no-annotate \
		--universal --generate-hashes --no-header --quiet --output-file requirements/zig.txt
