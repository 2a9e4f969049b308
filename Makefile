# make run: the site at http://127.0.0.1:8000, ready to use.   make test: the whole suite.
PYTHON ?= python3
PORT   ?= 8000
VAR    ?= var
VENV   ?= .venv
BIN     = $(VENV)/bin
MANAGE  = $(BIN)/python manage.py

export VAR PORT REQUIRE_ALL

.PHONY: run test check bench pictures pins clean
.DEFAULT_GOAL := run

run: $(VENV)/run.stamp
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) demo --if-empty
	@# Only if something is newer than what was collected, because it takes most of the startup time.
	@test -z "$$(find static config/settings.py $< -newer "$$VAR/static/staticfiles.json" 2>&1)" || \
		$(MANAGE) collectstatic --noinput --verbosity 0
	@# Threads share a heap, because most of what each would reserve stays unused. Large blocks go
	@# back to the system, however large the last one was.
	@MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 exec $(BIN)/gunicorn --config config/gunicorn.py config.wsgi

# The whole suite, in parallel, once on each database; PostgreSQL and browser tests are skipped when
# they are missing, unless REQUIRE_ALL=1. One worker more than processors, because browser tests wait
# a lot; files start in order, so that no slow one is left for the end.
#   make test ARGS=tests/seminars/test_ics.py     one file, at once: SQLite, a single process
#   make test ARGS=tests/seminars                 one folder, in parallel: SQLite
#   make test DATABASE=postgresql [ARGS=…]        the other database
test: DATABASES = $(or $(DATABASE),$(if $(findstring tests/,$(ARGS)),sqlite,sqlite postgresql))
test: WORKERS = $(if $(findstring .py,$(ARGS)),0,$(shell expr $$(nproc 2>/dev/null || echo 2) + 1))
test: PYTEST = $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder
test: $(VENV)/dev.stamp
	@set -e; for database in $(DATABASES); do TEST_DATABASE=$$database $(PYTEST) $(ARGS); done

check: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports --no-cache
	@$(MANAGE) makemigrations --check --dry-run
	@DEBUG=0 SITE_URL=https://talks.example.org ALLOWED_HOSTS=talks.example.org \
		$(MANAGE) check --deploy --fail-level WARNING

# Measures speed on both databases with wrk, or with Locust where there is no wrk.
# ARGS="--sizes 1000 --databases sqlite" measures less.
bench: $(VENV)/run.stamp $(if $(shell command -v wrk),,$(VENV)/bench.stamp)
	@$(BIN)/python -m bench.run $(ARGS)

$(VENV)/run.stamp: requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Seminars needs Python 3.11 or newer; $(PYTHON) is older. Try make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is missing. On Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 1; }
	@echo "Installing the site's dependencies into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing the development tools into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/bench.stamp: requirements/bench.txt $(VENV)/run.stamp
	@echo "Installing a load generator into $(VENV) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

# Takes the documentation's pictures, and one of every public page into pictures/; needs Chromium.
pictures: $(VENV)/dev.stamp
	@TEST_DATABASE=sqlite $(BIN)/python -m docs.pictures.take
	@TEST_DATABASE=sqlite $(BIN)/python -m docs.pictures.every

# Compiles the hash-checked pins from pyproject.toml; needs uv. UPGRADE=--upgrade for newer releases.
pins:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command 'make pins' $(UPGRADE) pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command 'make pins' $(UPGRADE) --group dev -c requirements/run.txt \
		pyproject.toml -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command 'make pins' $(UPGRADE) --group bench -c requirements/run.txt \
		-o requirements/bench.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
