# The commands of the project; `make help` lists them.
SHELL := /bin/bash
VENV := .venv/bin
CODE := pipeline components schema tests trainer_module.py setup.py
# Where there is no Chromium, which pip cannot install, its tests are left out, and that is said.
CHROMIUM := $(shell for each in chromium chromium-browser google-chrome google-chrome-stable chrome; \
	do command -v $$each; done)
BROWSER := $(if $(CHROMIUM),, and not browser)
SAY_SO := $(if $(CHROMIUM),true,echo "No Chromium on PATH, so the browser tests were left out: apt-get install chromium")

.PHONY: help demo test test-fast test-slow test-page lint format lock runtime dev clean

help:  ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: runtime  ## Run the pipeline end to end on the synthetic sample
	$(VENV)/newscat run --profile demo

test: dev  ## All tests but the slow ones: about 10 minutes on 2 cores
	$(VENV)/pytest -m "not slow$(BROWSER)"
	@$(SAY_SO)

test-fast: dev  ## Unit tests only: under 5 minutes
	$(VENV)/pytest -m "not slow and not end_to_end$(BROWSER)"
	@$(SAY_SO)

test-slow: dev  ## The long proofs: every code point, 100,000 fuzzed texts, twenty seeds
	$(VENV)/pytest -m slow

test-page: dev  ## The report in a headless Chromium, which has to be on PATH
	$(VENV)/pytest -m browser tests/components/report

lint: dev  ## Style, formatting and types
	$(VENV)/ruff check $(CODE)
	$(VENV)/ruff format --check $(CODE)
	$(VENV)/mypy
	$(VENV)/hadolint Dockerfile
	$(VENV)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV)/check-jsonschema --quiet --builtin-schema vendor.cloudbuild .ci/cloudbuild.yaml
	$(VENV)/zizmor --offline --quiet .github/workflows

format: dev  ## Put the code into the project's format
	$(VENV)/ruff check --fix $(CODE)
	$(VENV)/ruff format $(CODE)

lock: dev  ## Resolve the locks again, after a change to setup.py
	$(VENV)/uv pip compile --quiet --generate-hashes --no-header --no-annotate \
		--exclude-newer 2025-07-01 setup.py -o requirements.lock
	$(VENV)/uv pip compile --quiet --generate-hashes --no-header --no-annotate \
		--exclude-newer 2025-07-01 --extra dev -c requirements.lock setup.py -o requirements-dev.lock
	for accelerator in gpu tpu; do $(VENV)/uv pip compile --quiet --no-deps --generate-hashes \
		--no-header --no-annotate --python-version 3.10 --exclude-newer 2025-07-01 \
		.ci/image/$$accelerator.in -o .ci/image/$$accelerator.lock || exit 1; done

runtime:
	@.ci/bootstrap requirements.lock

dev:  ## Install what the tests need, from requirements-dev.lock
	@.ci/bootstrap requirements-dev.lock

clean:  ## Remove the environment and everything that runs wrote
	rm -rf .venv output *.egg-info
