# Plain `make` lists the targets. Everything runs in .venv, made from the hash-locked requirements.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
LOCK   := .cache/lock
VENDORS := .venv-vendors
PEERS  := .venv-langfuse-4 .venv-langfuse-5 .venv-openai-2 $(VENDORS)
RIVALS := .venv-bench
SHAPES := .venv-shapes
INTEGRATIONS := .venv-integrations
SERVERS := transformers litellm mlflow litserve
# The gateways hand on to the last one.
SERVED := $(sort $(SERVERS:%=.venv-servers-%) .venv-servers-litserve)
PRICES := .venv-prices
RELEASE := .venv-release
SITE    := .venv-site
ROOMS  := .venv-core .venv-extra .venv-neighbours
CASE   ?= chat
SINCE  ?= HEAD

# More than eight would mostly start what the first ones have started.
WORKERS := --numprocesses logical --maxprocesses 8 --dist loadscope --max-worker-restart 0

# A whole run writes its row of docs/wider-runs.md; a part of one would say too little there.
RECORD = $(if $(PYTEST_ARGS),,--record $(1))
BESIDE := tests/beside tests/vendors tests/gateway/test_anthropic_sdk.py tests/gateway/test_openai_2.py tests/benchmarks/test_worker.py

# Wheels only: installing runs no code of a package. Hashes only: a file that nobody looked at is refused.
INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps
LOCKED  := --require-hashes --only-binary :all: -r
COMPILE := $(LOCK)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: \
	--no-header --no-emit-index-url $(LOCK_ARGS)

# With the first one set, every import of litellm would compile it anew; the second one brings in foreign modules.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONPATH

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo demo-stay up test properties spool fleet peers shapes integrations sizes neighbours check fix bench bench-check bench-profile bench-since bench-platform bench-broker chaos prices operations servers pictures docs release lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## Show the whole story: keys, calls, prompts, a region that is down, traces
	@$(BIN)/genai demo

demo-stay: $(READY) ## The same, and its pages stay open until Ctrl-C
	@$(BIN)/genai demo --stay

up: $(READY) ## Run the local platform until Ctrl-C
	@$(BIN)/genai up

test: $(READY) ## Run the tests, on every core; PYTEST_ARGS="-n 0 tests/http"
	@$(BIN)/python -m pytest -q $(WORKERS) $(PYTEST_ARGS)

properties: $(READY) ## Run the tests that make up their examples, with 300 of them instead of 25
	@$(BIN)/python -m pytest -q $(WORKERS) -m hypothesis --hypothesis-profile properties $(call RECORD,properties) $(PYTEST_ARGS)

spool: $(READY) ## Run the tests of the trace spool's processes with a hundred of them instead of twelve
	@GENAI_LONG_TESTS=1 $(BIN)/python -m pytest -q tests/tracing/spool/test_processes.py $(call RECORD,spool) $(PYTEST_ARGS)

fleet: $(READY) ## Run the tests of processes that share a Redis with a hundred of them instead of twelve; needs redis-server
	@GENAI_LONG_TESTS=1 $(BIN)/python -m pytest -q tests/client/test_fleet_of_many.py $(call RECORD,fleet) $(PYTEST_ARGS)

peers: $(READY) $(PEERS:%=%/.ready) $(RIVALS)/.ready ## Run the tests beside other people's SDKs, in environments of their own that it makes
	@$(BIN)/python -m pytest -q $(WORKERS) $(BESIDE) $(call RECORD,peers) $(PYTEST_ARGS)

shapes: $(READY) $(SHAPES)/.ready ## Run the tests under uvicorn, gunicorn, Celery, RQ and Jupyter, in an environment of its own; needs redis-server
	@$(BIN)/python -m pytest -q $(WORKERS) tests/shapes $(call RECORD,shapes) $(PYTEST_ARGS)

integrations: $(READY) $(INTEGRATIONS)/.ready .venv-neighbours/.ready ## Run the pages of docs/integrations, LangChain's classes and ten quickstarts in environments of their own; needs redis-server
	@$(BIN)/mypy --python-executable $(INTEGRATIONS)/bin/python --cache-dir .mypy_cache/integrations -p genai_sdk.langchain
	@$(BIN)/python -m tests.integrations.pages .cache/pages
	@MYPYPATH=src $(BIN)/mypy --config-file= --ignore-missing-imports --python-executable $(INTEGRATIONS)/bin/python \
		--cache-dir .mypy_cache/pages .cache/pages/*.py
	@PYTHONPATH=src:. $(INTEGRATIONS)/bin/python -m pytest -q -p genai_sdk.testing.plugin -p tests.recording \
		--benchmark-disable --confcutdir tests/integrations tests/integrations $(call RECORD,integrations) $(PYTEST_ARGS)

sizes: $(READY) .venv-core/.ready .venv-extra/.ready ## Install the core, and the core with the extra litellm, and print how large each is
	@core=$$(.venv-core/bin/python requirements/sizes.py) && extra=$$(.venv-extra/bin/python requirements/sizes.py) && \
		printf '%s\n' "$$core" "$$extra" && $(BIN)/python -m tests.recorded sizes "$$core" "$$extra"

neighbours: $(READY) .venv-neighbours/.ready ## Install this package with openai 3, openai-agents, pydantic-ai, anthropic and langchain, and import them
	@.venv-neighbours/bin/python -m pip check --disable-pip-version-check
	@result=$$(PYTHONPATH=src .venv-neighbours/bin/python requirements/neighbours.py) && echo "$$result" && \
		$(BIN)/python -m tests.recorded neighbours "$$result"

check: $(READY) ## Check format, lint, types and architecture
	@$(BIN)/ruff format --check --output-format concise .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/basedpyright
	@$(BIN)/python -m pytest -q tests/architecture

fix: $(READY) ## Format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY) $(RIVALS)/.ready $(VENDORS)/.ready ## Measure us beside our peers and write docs/performance.md; BENCH_ARGS="--only chat --quick"
	@$(BIN)/python -m benchmarks $(BENCH_ARGS)

bench-check: $(READY) $(RIVALS)/.ready $(VENDORS)/.ready ## Measure again, briefly, and say what moved since docs/performance.md
	@$(BIN)/python -m benchmarks --check $(BENCH_ARGS)

bench-profile: $(READY) ## Print where the CPU of a case goes, by our layers; CASE=stream-burst
	@$(BIN)/python -m benchmarks --profile $(CASE) --python $(BIN)/python $(BENCH_ARGS)

bench-platform: $(READY) ## Measure the local platform and write docs/platform-performance.md; BENCH_ARGS="--observations 1000000"
	@$(BIN)/python -m benchmarks.platform $(BENCH_ARGS)

bench-broker: $(READY) ## Measure the broker and write docs/broker-performance.md; BENCH_ARGS="--quick" only prints
	@$(BIN)/python -m benchmarks.broker $(BENCH_ARGS)

bench-since: $(READY) ## Print the CPU of a call as a multiple of an older commit's, in turn; SINCE=HEAD~10
	@$(BIN)/python -m benchmarks.revisions $(SINCE) $(BENCH_ARGS)

chaos: $(READY) $(RIVALS)/.ready ## Strike all that a call passes through, count what was lost, and write docs/chaos.md; CHAOS_ARGS="--seed 7 --seconds 60"
	@$(BIN)/python -m chaos $(CHAOS_ARGS)

prices: $(READY) $(PRICES)/.ready ## Write the table of models anew from the locked litellm's price list; PRICES_ARGS="--date 2026-11-28"
	@$(BIN)/python -m pricelist $(PRICES) $(PRICES_ARGS)

operations: $(READY) ## Play every operation on every adapter's fake and write docs/operations.md
	@PYTHONPATH=src:. $(BIN)/python -m tests.operations.page

servers: $(READY) $(SERVED:%=%/.ready) ## Play the client on real servers with tiny models and write docs/servers.md; SERVERS=litserve
	@$(BIN)/python -m servers $(SERVERS)

pictures: $(READY) ## Draw the pictures of docs/local.md from the real pages; needs Chromium
	@$(BIN)/python docs/pictures/draw.py

docs: $(SITE)/.ready ## Build the documentation as a site into build/site, strictly, in an environment of its own
	@PYTHONPATH=src $(SITE)/bin/python -m website

release: $(RELEASE)/.ready ## Build wheel and source archive twice, see that they are the same, and write them, sums and SBOMs into dist/
	@$(RELEASE)/bin/python requirements/release.py

lock: $(LOCK)/bin/uv ## Lock the requirements; LOCK_ARGS=--upgrade takes the newest of each
	@$(COMPILE) requirements/lock.in -o requirements/lock.txt
	@$(COMPILE) --all-extras --group dev pyproject.toml requirements/build.in -o requirements/dev.txt
	@$(COMPILE) -c requirements/dev.txt pyproject.toml -o requirements/core.txt
	@$(COMPILE) -c requirements/dev.txt --extra litellm pyproject.toml -o requirements/extra.txt
	@$(COMPILE) -c requirements/dev.txt --extra broker --extra redis pyproject.toml -o requirements/broker.txt
	@$(COMPILE) -c requirements/dev.txt pyproject.toml requirements/neighbours.in -o requirements/neighbours.txt
	@$(COMPILE) -c requirements/core.txt pyproject.toml requirements/integrations.in -o requirements/integrations.txt
	@$(COMPILE) --no-deps requirements/prices.in -o requirements/prices.txt
	@for peer in langfuse-4 langfuse-5 bench shapes; do \
		$(COMPILE) -c requirements/dev.txt pyproject.toml requirements/$$peer.in -o requirements/$$peer.txt || exit; done
	@$(COMPILE) requirements/vendors.in -o requirements/vendors.txt
	@$(COMPILE) requirements/openai-2.in -o requirements/openai-2.txt
	@for server in $(SERVERS); do \
		$(COMPILE) requirements/servers-$$server.in -o requirements/servers-$$server.txt || exit; done
	@$(COMPILE) requirements/release.in -o requirements/release.txt
	@$(COMPILE) -c requirements/dev.txt requirements/site.in -o requirements/site.txt

clean: ## Remove what the targets made
	@rm -rf $(VENV) $(PEERS) $(RIVALS) $(SHAPES) $(INTEGRATIONS) $(PRICES) $(RELEASE) $(SITE) $(ROOMS) .venv-servers-* .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements/dev.txt pyproject.toml $(BIN)/python
	@echo "Installing the locked requirements into $(VENV); this takes a minute, once."
	@$(BIN)/python $(INSTALL) $(LOCKED) requirements/dev.txt
	@$(BIN)/python $(INSTALL) --no-build-isolation --editable .
	@touch $@

# Ours is not installed there: the tests put src on the path.
$(PEERS:%=%/.ready) $(RIVALS)/.ready $(SHAPES)/.ready $(INTEGRATIONS)/.ready $(PRICES)/.ready $(RELEASE)/.ready $(SITE)/.ready $(ROOMS:%=%/.ready) $(SERVED:%=%/.ready): .venv-%/.ready: requirements/%.txt .venv-%/bin/python
	@echo "Installing requirements/$*.txt into .venv-$*; this takes a minute, once."
	@.venv-$*/bin/python $(INSTALL) $(LOCKED) $<
	@touch $@

$(PEERS:%=%/bin/python) $(RIVALS)/bin/python $(SHAPES)/bin/python $(INTEGRATIONS)/bin/python $(PRICES)/bin/python $(RELEASE)/bin/python $(SITE)/bin/python $(ROOMS:%=%/bin/python) $(SERVED:%=%/bin/python): | $(BIN)/python
	@$(BIN)/python -m venv --clear $(@:%/bin/python=%)

# --clear also removes the stamp of an environment whose interpreter is gone.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1 || true)." \
			"Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

$(LOCK)/bin/uv: requirements/lock.txt | $(BIN)/python
	@$(BIN)/python -m venv --clear $(LOCK)
	@$(LOCK)/bin/python $(INSTALL) $(LOCKED) requirements/lock.txt
	@touch $@
