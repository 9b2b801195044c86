# Every command a person needs. `make run` and `make test` are the two that matter.
PYTHON ?= python3
PORT ?= 8240
DATA ?= var/demo
DAYS ?= 500
SEED ?= 1
HANDOVERS ?= 300
SIGN ?= keyed
CUTS ?= 20000
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run install install-dev system-packages test test-quick test-faults simulate check lint types imports docs clean screenshots

run: install  ## the living zone on this machine: PORT= and DATA= choose where
	@set -m 2>/dev/null; $(BIN)/zone24-demo run --port $(PORT) --data $(DATA)  # -m: Ctrl-C goes to the zone alone, and make sees how it ended

install: $(VENV)/installed-demo  ## the virtual environment and the programs

install-dev: $(VENV)/installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "zone24 needs Python 3.11 or newer; set PYTHON=..."; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed-%: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[$*]'
	@touch $@ $(if $(filter dev,$*),$(VENV)/installed-demo)

system-packages:  ## mosquitto and Chromium, where this user may install them
	@sh tests/install-system-packages.sh

test: install-dev system-packages  ## everything, with real programs and a real browser
	$(BIN)/pytest -n 3 --dist worksteal  # three on two cores: most of these tests wait for real programs

test-quick: install-dev  ## the tests that boot nothing
	$(BIN)/pytest -n 2 tests/unit tests/wire tests/firmware tests/contract

test-faults: install-dev  ## the power cut CUTS= times, after every write of the journal and of the centre's database
	$(BIN)/python -m tests.faults --cuts $(CUTS) --seed $(SEED)

simulate: install-dev  ## DAYS= of trouble from a SEED=: loss, crashes, clocks, full disks; says how to see a failure again
	$(BIN)/python -m tests.simulation --days $(DAYS) --seed $(SEED) --handovers $(HANDOVERS) --sign $(SIGN) \
	  $(if $(BUG),--bug $(BUG)) $(if $(LIVENESS),--liveness $(LIVENESS)) $(if $(WORLD),--world $(WORLD))

check: lint types imports docs

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-dev
	$(BIN)/mypy

imports: install-dev
	$(BIN)/lint-imports

docs: install-dev  ## the documentation against the code, and as a site in var/site
	$(BIN)/pytest -q tests/unit/test_docs.py
	$(BIN)/zensical build --strict

screenshots: install-dev system-packages  ## every screen into var/screenshots, the README's picture into docs/images
	$(BIN)/pytest tests/browser --screenshots var/screenshots
	cp var/screenshots/zone.png docs/images/zone.png

clean:
	rm -rf $(VENV) var
