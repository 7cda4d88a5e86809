# Every target sets up what it needs by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
RESULTS := benchmarks/results

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format bench accuracy clean

help:
	@echo "make demo    set up, then train and score on built-in synthetic sounds"
	@echo "make test    set up, then check style, types and tests"
	@echo "make setup   only set up, in .venv"
	@echo "make lint    style and types;  make format: mend the style"
	@echo "make bench   speed benchmarks;  make accuracy: accuracy on real sounds (EARMARK_TEST_DATA)"
	@echo "             results of both in $(RESULTS)"

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Earmark needs Python 3.11 or newer: make PYTHON=python3.12 ..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	# torch first and by itself, so that its small CPU build is taken where it is offered
	$(BIN)/python -m pip install -q -c constraints.txt "torch==2.13.0"
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[dev]"
	touch $@

demo: $(STAMP)
	$(BIN)/earmark demo

lint: $(STAMP)
	$(BIN)/ruff check src tests benchmarks docs
	$(BIN)/ruff format --check src tests benchmarks docs
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix src tests benchmarks docs
	$(BIN)/ruff format src tests benchmarks docs

test: lint
	$(BIN)/pytest -n 2

bench: $(STAMP)
	$(BIN)/python benchmarks/decode.py
	$(BIN)/python benchmarks/extract.py
	$(BIN)/python benchmarks/train_step.py

accuracy: $(STAMP)
	$(BIN)/python benchmarks/accuracy.py

clean:
	rm -rf $(VENV) earmark-demo runs
