# make run and make test do all the set-up. Wants Python 3.11 or newer with pip, make and git.

PYTHON ?= python3
TOOLS  := .tools
UV     := $(TOOLS)/bin/uv
BOT    := .venv/bin/bot

# One more than there are cores: a third of the tests' time is waiting for clocks and processes.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1 )))

.PHONY: help run preview check test spelling pds faults fuzz docs bench lint lock clean

help: ## What can be done here
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: .venv/ready ## Set everything up and run the bot in dry-run mode: nothing is sent
	@$(BOT) run || test $$? -eq 130

preview: .venv/ready ## Show the shipped campaign's week for Kent as the public would see it
	@$(BOT) preview --campaign ct-awareness-week@2015 --force kent

check: .venv/ready ## Find every problem in the packs and the configuration
	@$(BOT) check

test: .venv/tests ## Set everything up, lint, and run the tests
	@.venv/bin/python -m compileall -q bot tests # hundreds of processes would each do it
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/pytest --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder

PDS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/campaign-bot/pds

spelling: .venv/ready ## Install dictionaries of British English and Welsh for check: 65 MB, 310 MB on disk
	@$(UV) pip install --quiet --python .venv --require-hashes -r requirements-spelling.txt

pds: $(PDS)/installed ## Install a real Bluesky server for the tests: wants Node 20 and npm, and two minutes

$(PDS)/installed: tests/pds/package.json tests/pds/package-lock.json
	@mkdir -p $(PDS) && rm -f $@ && cp $^ $(PDS)
	@cd $(PDS) && $(if $(wildcard /usr/include/node),npm_config_nodedir=/usr) \
	  npm ci --no-audit --no-fund --loglevel=error > /dev/null
	@touch $@

SEEDS ?= 1-10
KILLS ?= 250

faults: .venv/tests ## Kill the bot without end on both databases: SEEDS=1-10 KILLS=250 (half an hour)
	@.venv/bin/python -m tests.faults --mutations --forces 8 --slots 1 --seeds 2
	@.venv/bin/python -m tests.faults --seeds $(SEEDS) --kills $(KILLS)

MINUTES ?= 10
SEED ?= 1

fuzz: .venv/tests ## Try files as they should not be, each within 2 s and 300 MB: MINUTES=10 SEED=1
	@.venv/bin/python -m tests.fuzz --minutes $(MINUTES) --seed $(SEED)

docs: .venv/ready ## Write again what is made from the program: docs/commands.md, checks.md, schema/
	@.venv/bin/python -m bot.cli.reference > docs/commands.new && mv docs/commands.new docs/commands.md
	@.venv/bin/python -m bot.cli.checks_page > docs/checks.new && mv docs/checks.new docs/checks.md
	@$(BOT) schema --write docs/schema > /dev/null

bench: .venv/tests ## Measure start-up, planning, delivery and memory, side by side with what they stand on
	@.venv/bin/python -m tests.bench

lint: .venv/tests ## Put the code into its form and check types and imports
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

lock: $(UV) ## Renew the two lock files
	@$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --upgrade pyproject.toml -o requirements.txt
	@$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --upgrade -c requirements.txt --group dev -o requirements-dev.txt
	@$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --upgrade -c requirements.txt --group spelling -o requirements-spelling.txt

clean: ## Remove what was set up; ledgers in data/ stay
	@rm -rf .venv $(TOOLS)

$(UV):
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location \
	  --root-user-action ignore --target $(TOOLS) uv

.venv/made: $(UV)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	@touch $@

.venv/ready: .venv/made requirements.txt pyproject.toml
	@$(UV) pip install --quiet --compile-bytecode --python .venv --require-hashes -r requirements.txt
	@$(UV) pip install --quiet --python .venv --no-deps --editable .
	@touch $@

.venv/tests: .venv/ready requirements-dev.txt
	@$(UV) pip install --quiet --compile-bytecode --python .venv --require-hashes -r requirements-dev.txt
	@touch $@
