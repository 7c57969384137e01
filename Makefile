# make run     the demonstration site on http://localhost:8000 (PORT and DATA_DIR move it)
# make dev     the same with DEBUG and auto-reload
# make import  publish pages from files: make import FILES="one.md folder/" FLAGS="--dry-run"
# make manage  a command of manage.py on the site of make run: make manage CMD="backup site.tar"
# make test    all tests; on PostgreSQL (and Redis) with DATABASE_URL (and CACHE_URL)
# make check   format, lint, imports, types, migrations, deployment checks
# make bench   performance budgets, written to docs/benchmarks.md; PARTS="server growth" for some of them,
#              AGAINST=COMMIT beside an earlier commit, PEER=FOLDER beside another project (docs/testing.md)
# make shots   pictures of each page type and state, three widths, light and dark; FOLDER=… ONLY=event
# make guide   the pictures of the writing guide, made again from the demonstration
# make faults  ten minutes of outages, told in docs/faults.md (SECONDS=…, on PostgreSQL and Redis as for the tests)

.PHONY: run dev import manage test check bench shots guide faults
.DEFAULT_GOAL := run
PORT ?= 8000
export PORT
unexport VIRTUAL_ENV

BIN := .venv/bin
PYTHON := $(shell for name in python3 python python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$name; break; }; done)
# The system's uv if it works, else the one installed below into .venv.
UV = $(shell uv --version >/dev/null 2>&1 && echo uv || echo $(BIN)/uv)
AS_PRODUCTION = DEMO=0 DEBUG=0 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	ALLOWED_HOSTS=www.example.org BASE_URL=https://www.example.org TRUSTED_PROXY_COUNT=1 \
	DELIVERY_URL=smtp://localhost DEFAULT_FROM_EMAIL=site@example.org
# --inexact keeps uv itself and the development tools in .venv.
SYNC = UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --locked --inexact --quiet

# exec, so that stopping make stops the site rather than a shell in between.
run: .venv/.installed
	@exec env DEMO=1 DEBUG=0 $(BIN)/python -m site_cms.procfile web worker pictures clock

dev: .venv/.installed
	@exec env DEMO=1 DEBUG=1 $(BIN)/python -m site_cms.procfile "web=python manage.py runserver 127.0.0.1:$(PORT)" worker pictures clock

import: .venv/.installed
	@$(if $(FILES),,$(error Say which files: make import FILES="one.md folder/"))env DEMO=1 DEBUG=0 $(BIN)/python -m site_cms.procfile manage import_pages $(FLAGS) $(FILES)

manage: .venv/.installed
	@$(if $(CMD),,$(error Say which command: make manage CMD="backup site.tar"))env DEMO=1 DEBUG=0 $(BIN)/python -m site_cms.procfile manage $(CMD)

test: .venv/.installed-dev
	@$(BIN)/python -m tests.journeys.browser
	@# A file stays in one process, so that what a module makes once is made once.
	$(BIN)/python -m pytest -n auto --dist loadfile --durations=15 --ignore=tests/journeys --ignore=tests/running
	@# Apart from the others: Playwright's event loop makes Django refuse database access, and running sites need the
	@# cores, so two of them at most. In the order of the files, so that each process starts the demonstration once.
	@# The journeys run on SQLite only.
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=15 tests/journeys tests/running

check: .venv/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --quiet --lint home events directory
	$(BIN)/lint-imports
	$(BIN)/mypy .
	DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run
	DEMO=1 $(BIN)/python manage.py check --fail-level WARNING
	$(AS_PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: .venv/.installed-dev
	@$(BIN)/python -m tests.bench $(PARTS) $(if $(AGAINST),--against="$(AGAINST)") $(if $(PEER),--peer="$(PEER)")

shots: .venv/.installed-dev
	@$(BIN)/python -m tests.journeys.browser
	@$(BIN)/python -m tests.shots $(FOLDER) $(if $(ONLY),--only="$(ONLY)")

guide: .venv/.installed-dev
	@$(BIN)/python -m tests.journeys.browser
	@$(BIN)/python -m tests.shots.guide

faults: .venv/.installed-dev
	@$(BIN)/python -m tests.faults $(SECONDS)

.venv/.installed: uv.lock pyproject.toml | .venv/bin/python
	@echo "Installing what the site needs…"
	@$(SYNC) --no-dev
	@touch $@

.venv/.installed-dev: uv.lock pyproject.toml | .venv/bin/python
	@echo "Installing what the tests need…"
	@$(SYNC)
	@touch $@ .venv/.installed

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed."; exit 1; }
	@if uv --version >/dev/null 2>&1; then uv venv --quiet --allow-existing --python "$(PYTHON)" .venv; \
	elif "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; then \
		"$(PYTHON)" -m venv .venv && $(BIN)/python -m pip install --quiet uv; \
	elif "$(PYTHON)" -m pip --version >/dev/null 2>&1; then \
		"$(PYTHON)" -m venv --without-pip .venv && "$(PYTHON)" -m pip --python $(BIN)/python install --quiet uv; \
	else echo "$(PYTHON) has neither ensurepip nor pip: install python3-venv (Debian) or uv."; exit 1; fi
