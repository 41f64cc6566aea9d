# Everything sets itself up: a fresh machine needs Python 3.11 or newer and make.
PYTHON ?= python3
BIN := .venv/bin
DONE := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help setup sandbox run test chaos planted check audit fmt migrate revision bench lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(DONE) ## install everything into .venv, checked against the hashes of the lock

$(DONE): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

sandbox: setup ## try the real bot against stand-ins, in a browser: http://127.0.0.1:8090
	$(BIN)/python -m sandbox

run: setup ## run the bot with the settings in the environment or .env
	$(BIN)/reelbell run

test: setup ## all tests, on SQLite and on a real PostgreSQL
	$(BIN)/python -m pytest

chaos: setup ## real bots under kills, outages and floods, three seeds: 45 minutes, a table at the end
	$(BIN)/python -m tests.journeys.chaos --report chaos.md

planted: setup ## plant each known bug into a copy of the tree: the tests must catch all of them
	$(BIN)/python -m tests.planted

check: setup ## format, lint, types, import contracts, docs in step
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest tests/docs

audit: .venv-audit/.installed ## known vulnerabilities in what is locked, risky code of ours (needs the network)
	.venv-audit/bin/pip-audit --strict --require-hashes --disable-pip -r requirements.lock
	.venv-audit/bin/bandit --quiet --recursive --severity-level medium --skip B113 bot storage # ruff has the same rule, with reasons

.venv-audit/.installed: requirements-audit.lock
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch $@

fmt: setup ## format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

migrate: setup ## bring the database at DATABASE_URL up to date
	$(BIN)/reelbell migrate

revision: setup ## draft a migration from storage/tables.py: make revision m="what changes"
	$(BIN)/alembic revision --autogenerate -m "$(m)"

bench: setup ## measure; see docs/performance.md
	$(BIN)/python -m benchmarks.polling
	$(BIN)/python -m benchmarks.idle
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.films
	$(BIN)/python -m benchmarks.page

LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: ## renew the locks from pyproject.toml (needs uv); what runs is what was tested
	$(LOCK) --extra dev --no-emit-package reelbell pyproject.toml -o requirements-dev.lock
	$(LOCK) --constraint requirements-dev.lock pyproject.toml -o requirements.lock
	echo 'hatchling>=1.27' | $(LOCK) --constraint requirements-dev.lock - -o requirements-build.lock
	printf 'bandit\npip-audit\n' | $(LOCK) - -o requirements-audit.lock

clean: ## remove what the other targets made, but no data
	rm -rf .venv build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis
