# Everything a person or a machine does with this project. Start with `make demo`; `make` alone lists it all.

PYTHON ?= python3
BIN := .venv/bin
RETRY := .ci/retry
DEMO := datapackages/cn-130433-434-2021-budget

.DEFAULT_GOAL := help
.PHONY: help demo test lint generate docs bench corpus stress stress-batch wheel clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: .venv/demo ## install, make a package of a real disclosure, check it, say where to look
	$(BIN)/openbudget pack $(DEMO)/source/* -o out/demo
	$(BIN)/openbudget validate out/demo/$(notdir $(DEMO))
	$(BIN)/openbudget publish out/demo/$(notdir $(DEMO)) --to site:out/demo-site
	@echo
	@echo "→ out/demo/$(notdir $(DEMO))/README.md    数据包 · the package"
	@echo "→ out/demo-site/index.html    网站 · the portal (open it in a browser)"

test: .venv/dev .ci/system-packages .venv-ckan tests/site/browser/node_modules lint ## everything that must hold: style, types, contracts, generated files, tests
	$(BIN)/python -m pytest -n 2 $(PYTEST)

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: .ci/system-packages
.ci/system-packages:
	@.ci/system

# where it cannot be had, the browser tests skip, saying so
tests/site/browser/node_modules: tests/site/browser/package-lock.json | .ci/system-packages
	-$(RETRY) npm ci --prefix tests/site/browser --no-audit --no-fund --silent && touch $@

# a CKAN of its own to publish to; where it cannot be had, the tests that need it skip, saying so
.PHONY: .venv-ckan
.venv-ckan: | .ci/system-packages
	@.ci/ckan

generate: .venv/dev ## make the derived files again: schema/derived, layouts, reference pages
	$(BIN)/python -m openbudget.standard.generate
	$(BIN)/python -m openbudget.layouts.compile
	$(BIN)/python -m openbudget.cli._reference

docs: generate ## make the reference pages again and run every example of the documentation
	$(BIN)/python -m pytest tests/project/test_docs.py
	@echo "docs/README.md"

bench: .venv/dev ## measure speed and memory; ratios taken in one run
	$(BIN)/python benchmarks/run.py

corpus: .venv/dev ## how much of each sample document is recognised
	$(BIN)/python benchmarks/corpus.py

stress: .venv/dev ## everything, also what takes minutes (a whole scan, pages that break anywhere), and property tests with many more cases
	$(BIN)/python -m pytest -n 2 -m "stress or not stress" --hypothesis-profile=stress $(PYTEST)

stress-batch: .venv/dev ## a province and a nation: twenty thousand documents, kills, Dask, ten million lines (a night, 60 GB)
	$(BIN)/python benchmarks/batch_truth.py 20000
	$(BIN)/python benchmarks/batch_memory.py 20000
	$(BIN)/python benchmarks/batch_killed.py 1000 --kills 20
	$(BIN)/python benchmarks/batch_speed.py 1000 --scheduler
	$(BIN)/python benchmarks/catalogue_large.py 10000000

wheel: .venv/dev ## build the wheel into dist/
	$(BIN)/python -m build --wheel

clean: ## remove what make has made
	rm -rf .venv .venv-ckan out dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/python:
	@.ci/system python
	$(PYTHON) -m venv .venv
	touch $@

.venv/demo: .venv/python pyproject.toml constraints.txt
	$(RETRY) $(BIN)/python -m pip install -q -c constraints.txt -e .
	$(BIN)/python -m compileall -q src  # as pip does where it does not link: a third of a start
	touch $@

.venv/dev: .venv/python pyproject.toml constraints.txt
	$(RETRY) $(BIN)/python -m pip install -q -c constraints.txt -e '.[dev,fast,ocr]'
	$(BIN)/python -m compileall -q src
	$(BIN)/python -c 'from openbudget.tabular.fast.compiled import kernels; kernels()'  # else the first large table does it
	touch $@ .venv/demo
