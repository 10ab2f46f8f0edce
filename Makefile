# Every target installs what it needs into .venv first: on a fresh machine `make compare` is the only command to type.
#   make compare ARGS="place=teaching_town years=5"     passes overrides to `redesign compare`
#   make test PYTEST_ARGS="-k ledger"                   passes options to pytest
#   make setup PYTHON=python3.12                        chooses the Python that .venv is made with

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTHON ?=
ARGS ?=
PYTEST_ARGS ?=
# Which of the tests `make test` runs, by their marks.
TESTS ?= not slow and not unhurried
# Test processes at once: a number, or auto for one per core.
WORKERS ?= auto
# Python may keep what it compiled: many tests start processes, each of which reads some five hundred modules.
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup compare lab reproduce test test-slow test-nightly mutations lint pins format benchmarks remake docs site wheel clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## Make .venv with the pinned packages and this project, editable

compare: $(STAMP) ## Ask the first question: redesign compare $(ARGS)
	$(BIN)/redesign compare $(ARGS)

reproduce: $(STAMP) ## Run the README's comparison again and compare its files with those it shows
	$(BIN)/redesign compare out=results/reproduced
	$(BIN)/python docs/reproduce.py results/reproduced

lab: $(STAMP) ## Open the page to try, predict and look into policies: redesign lab $(ARGS)
	$(BIN)/redesign lab $(ARGS)

test: $(STAMP) ## Run every test that takes no more than a few seconds (minutes)
	$(PYTEST) -m "$(TESTS)"

# pytest ends with 5 when it found no test to run, which is no failure for the slow ones alone.
test-slow: $(STAMP) ## Run the slow tests, most of which CI runs (half an hour)
	$(PYTEST) -m "(slow or unhurried) and not nightly" || { code=$$?; [ $$code -eq 5 ] || exit $$code; }

test-nightly: $(STAMP) ## Run the slowest: fifty kills, every member of every family, ten thousand configurations (hours)
	$(PYTEST) -m nightly

mutations: $(STAMP) ## Sprinkle mistakes over experiments/ and say which the tests notice (two hours)
	$(BIN)/python tests/mutate.py $(ARGS)

lint: $(STAMP) pins ## Check style, types and pinned versions, as CI does
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --explicit-package-bases benchmarks

pins: $(STAMP)
	@$(BIN)/python -c "$$CHECK_PINS"

format: $(STAMP) ## Put the code into the form that lint asks for
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmarks: $(STAMP) ## Time the simulation, each file of benchmarks/ in turn
	@ls benchmarks/*.py >/dev/null 2>&1 || { echo "There are no benchmarks yet." >&2; exit 1; }
	@set -e; for file in benchmarks/*.py; do case $$file in */_*) continue;; esac; \
	  echo "$$file"; $(BIN)/python $$file $(ARGS); done

remake: $(STAMP) ## Remake all that comes from runs of the model: posterior, patterns, README's run, lessons (an hour; goes on)
	$(BIN)/python docs/remake.py $(ARGS)

docs: $(STAMP) ## Build build/site: these pages and every docstring, searchable
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[docs]" --no-build-isolation
	rm -rf build/api build/site
	$(BIN)/sphinx-build -q -c docs . build/site
	@echo "build/site/docs/index.html"

site: $(STAMP) ## Build build/redesign-site: lessons, sliders, reports and documents that open from disk, and a zip
	$(BIN)/python docs/site/build_site.py $(ARGS)

wheel: $(STAMP) ## Build dist/redesign-*.whl
	rm -rf dist
	$(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

clean: ## Remove .venv, builds and caches (results/ stays)
	rm -rf $(VENV) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stops with a line of advice where Python or its venv module is missing. The build backends (this project's,
# and setuptools for the one requirement that ships only as source) come first and from the same pins, so that a later
# reinstall (pyproject.toml changed) needs no network.
$(STAMP): pyproject.toml constraints.txt
	@if [ ! -x $(BIN)/python ]; then \
	  python="$$($(FIND_PYTHON))"; \
	  [ -n "$$python" ] || exit 1; \
	  echo "Making $(VENV) with $$python ($$($$python --version 2>&1))"; \
	  $$python -m venv $(VENV); \
	elif [ -n "$(PYTHON)" ]; then \
	  echo "Using the $(VENV) that is there ($$($(BIN)/python --version)); make clean first to choose another Python." >&2; \
	fi
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip --upgrade >/dev/null
	$(BIN)/python -m pip install --quiet -c constraints.txt hatchling editables setuptools wheel
	$(BIN)/python -m pip install --quiet -c constraints.txt --no-build-isolation -e ".[dev,lab,pilot,office]"
	@touch $@

# Prints the first Python that is new enough and can make an environment; else says on stderr what to install.
define FIND_PYTHON
found=; \
  for candidate in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14 python); do \
    $$candidate -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || continue; \
    found=$$candidate; \
    $$candidate -c "import ensurepip, venv" 2>/dev/null || continue; \
    echo $$candidate; exit; \
  done; \
  if [ -n "$$found" ]; then \
    version=$$($$found -c "import sys; print(f'{sys.version_info[0]}.{sys.version_info[1]}')"); \
    echo "$$found cannot make virtual environments: apt-get install python$$version-venv" >&2; \
  else \
    echo "$(if $(PYTHON),$(PYTHON) is not Python 3.11 or later,Python 3.11 or later is needed and none was found): apt-get install python3 python3-venv, or name one: make PYTHON=/path/to/python3.12" >&2; \
  fi
endef

# The pins that uv reads (pyproject.toml) must be those that pip reads (constraints.txt).
define CHECK_PINS
import pathlib, sys, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text())
pins = {line.replace('"', "'") for line in pathlib.Path("constraints.txt").read_text().splitlines()}
stray = sorted(set(project["tool"]["uv"]["constraint-dependencies"]) - pins)
sys.exit(f"pyproject.toml pins what constraints.txt does not: {', '.join(stray)}" if stray else 0)
endef
export CHECK_PINS
