# Everything a clone needs: `make demo` to see Rushes at work, `make test` to hold it to its word.

PREFIX ?= $(HOME)/.local
# Tests start databases and read images: no more than one worker per 6 GiB of memory.
JOBS ?= $(shell awk -v cpus="$$(nproc 2>/dev/null || echo 2)" '/^MemTotal/ \
	{ n = int($$2 / 1048576 / 5.5); print n < 1 ? 1 : n < cpus ? n : cpus }' \
	/proc/meminfo 2>/dev/null || echo 2)
ARGS ?=
UP ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench docs install uninstall clean run dev

help:  ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PYTHON=/path/to/python3 chooses a Python, PREFIX=/opt/rushes where install puts"
	@echo "  things, JOBS=2 how many tests run at once, ARGS='...' what else is handed over,"
	@echo "  UP='--port 8700' where demo serves."

demo: run  ## Make a demo studio of real media, scan it, and start the server.
	@.venv/bin/rushes demo $(ARGS)
	@echo
	@.venv/bin/rushes up $(UP)

test: dev  ## Run all tests.
	.venv/bin/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

check: dev  ## Lint, format, types, the order of the rooms, spelling.
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/codespell

bench: dev  ## Measure a scan against find, clique, fileseq and pyseq.
	.venv/bin/python bench/scan.py $(ARGS)

docs: dev  ## Build the documentation into site/.
	NO_MKDOCS_2_WARNING=1 .venv/bin/mkdocs build --strict

install:  ## Install for yourself: an environment in PREFIX/lib/rushes, the command in PREFIX/bin.
	@requirements/venv "$(PREFIX)/lib/rushes" requirements/run.txt
	@mkdir -p "$(PREFIX)/bin"
	@ln -sfn ../lib/rushes/bin/rushes "$(PREFIX)/bin/rushes"
	@"$(PREFIX)/bin/rushes" --version
	@echo "Installed as $(PREFIX)/bin/rushes."

uninstall:  ## Take away what install put there.
	@if [ -e "$(PREFIX)/lib/rushes/.place" ]; then \
		rm -rf "$(PREFIX)/lib/rushes" "$(PREFIX)/bin/rushes"; fi

clean:  ## Remove what make made here: .venv, site, caches.
	@if [ -e .venv/.place ] || [ -e .venv.unfinished ]; then rm -rf .venv .venv.unfinished; fi
	@rm -rf __pycache__ site build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find src tests bench docs -type d -name __pycache__ -prune -exec rm -rf {} +
	@find src -type f -name '*.so*' -exec rm -f {} +

run:
	@requirements/venv .venv requirements/run.txt --editable

dev:
	@requirements/venv .venv requirements/dev.txt --editable
