# Everything here is thin over the `bulkhead` command and the usual tools; `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Set in some shells, it would make every start of Python compile all its code again.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONHOME
unexport PYTHONPATH

# The unit tests may speak to this machine itself, and to nothing else.
OFFLINE := --disable-socket --allow-unix-socket --allow-hosts=127.0.0.1

UNIT := tests/components tests/stacks tests/spec tests/scheduling tests/log_patterns tests/builders tests/ops tests/docs services
# The rules and their engine, packs as processes, whole environments against every rule.
POLICIES := tests/policy

.PHONY: help docs up down destroy status preview test unit policies localcloud integration check clean
.DEFAULT_GOAL := help

help:
	@echo "make up            run everything on this machine"
	@echo "make up ONLY=orders   run a part of it, and stop the rest"
	@echo "make down          stop it, and keep the data"
	@echo "make status        addresses and states"
	@echo "make preview ENV=prod   what an environment would be, offline"
	@echo "make destroy       remove every resource and all state"
	@echo "make check         format, lint, types, imports"
	@echo "make unit          the quick tests, offline"
	@echo "make policies      the rules, the packs, and environments against every rule"
	@echo "make localcloud    the local cloud's parts and the examples, on engines of their own"
	@echo "make integration   the whole, on the real engine"
	@echo "make test          all of them"
	@echo "make docs          build the documentation site, a page for each rule included"

up: $(VENV)/.installed
	@$(BIN)/bulkhead up $(if $(ONLY),--only "$(ONLY)")

down destroy status: $(VENV)/.installed
	@$(BIN)/bulkhead $@

preview: $(VENV)/.installed
	@test -n "$(ENV)" || { echo "Name the environment: make preview ENV=prod" >&2; exit 2; }
	@$(BIN)/bulkhead preview "$(ENV)"

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

unit: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m "not integration" --numprocesses auto --dist loadgroup $(OFFLINE) $(UNIT)

policies: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m "not integration" --numprocesses auto --dist loadscope $(OFFLINE) $(POLICIES)

localcloud: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m "not integration" --numprocesses auto --dist loadfile tests/localcloud examples

integration: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m integration

test: check unit policies localcloud integration

docs: $(VENV)/.installed-docs
	@$(BIN)/python -m policy.pages --source .site/source
	@$(BIN)/zensical build --clean --strict
	@echo "Open .site/html/index.html"

clean:
	rm -rf $(VENV) .site

# The virtual environment. A stamp for each set of requirements: nothing is installed twice.

$(VENV)/.created: requirements-bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Bulkhead needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Install one (https://www.python.org/downloads/) and name it: make PYTHON=python3.12 up" >&2; \
	  exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv $(VENV) || { \
	  echo "This Python cannot make virtual environments: install its venv module (on Debian: python3-venv)." >&2; \
	  exit 1; }
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-bootstrap.txt
	@touch $@

$(VENV)/.installed: $(VENV)/.created requirements.txt localcloud/requirements.txt ops/bulkhead.sh
	@echo "Installing the requirements into $(VENV)"
	@$(if $(filter up,$(MAKECMDGOALS)),$(BIN)/python -m localcloud.engine.prefetch >/dev/null 2>&1 &) \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes \
	  -r requirements.txt -r localcloud/requirements.txt
	@cp ops/bulkhead.sh $(BIN)/bulkhead && chmod +x $(BIN)/bulkhead
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what the tests need into $(VENV)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes \
	  -r requirements-dev.txt
	@touch $@

$(VENV)/.installed-docs: $(VENV)/.installed-dev requirements-docs.txt
	@echo "Installing what builds the documentation site into $(VENV)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes \
	  -r requirements-docs.txt
	@touch $@
