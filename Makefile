# Everything Vigie needs is installed in .venv; nothing else on the machine is touched.
# `make run` shows the whole watch on the bundled season; `make test` runs every test.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test lint lock clean
run: .venv/installed
	$(BIN)/vigie season

test: .venv/tested
	$(BIN)/python -m pytest -q -n auto --dist loadfile

lint: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The lock holds names, versions and hashes only: whichever index the machine uses must give the same files.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --extra dev --constraint requirements/run.txt \
		pyproject.toml -o requirements/dev.txt

.venv/python:
	@test -n "$(PYTHON)" || { echo "Vigie needs Python 3.11, 3.12 or 3.13; none was found on the PATH." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/installed: .venv/python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

.venv/tested: .venv/installed requirements/dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	touch $@

clean:
	rm -rf .venv var build *.egg-info
