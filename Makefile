# make demo: everything on a synthetic London.   make test: all checks and tests.
# The system's own Python, where it is new enough: distributions build it optimised, and one compiled by hand often is not.
# The tests took a sixth less of the processors with it.
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell /usr/bin/python3 -c '$(NEW_ENOUGH)' 2> /dev/null && echo /usr/bin/python3 || echo python3)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start the program hundreds of times: compile each module once, even on machines that keep no compiled modules.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test coverage test-digests test-damages test-longer test-any-day test-newest check format bench bench-stages bench-smoke bench-detection bench-follow-through bench-pages bench-redistribution lock clean

demo: .venv/runtime
	$(BIN)/hotspots demo

# Files start in the order of their folders: those of a single long test (tests/faults) early, so that no core is idle at
# the end. The default starts the files of many tests first. Three at once, because tests of faults wait as much as they
# work: two left a quarter of two cores idle.
AT_ONCE := -n 3 --dist loadfile --no-loadscope-reorder

test: .venv/dev node_modules/.installed chromium postfix faketime
	@$(MAKE) --no-print-directory -j 2 -O check $(OTHER_DAYS)
	$(BIN)/pytest $(AT_ONCE)
	@$(MAKE) --no-print-directory bench-smoke

# The tests that depend on a clock, on two other days.
OTHER_DAYS := $(addprefix on-day-,+400 2027-10-31T00.59.30)
.PHONY: $(OTHER_DAYS)
$(OTHER_DAYS): on-day-%: .venv/dev faketime
	$(BIN)/python -m tests.any_day --on $(subst .,:,$*) --reads-clock -q --no-header

# Which lines the tests of each module run; tracing takes half as much time again.
coverage: .venv/dev node_modules/.installed chromium postfix faketime
	$(BIN)/pytest $(AT_ONCE) --cov --cov-report=term

# Every random week whose digests make test reads a twentieth of: minutes.
test-digests: .venv/dev
	$(BIN)/python -m tests.oracle.digests.every_digest

# Every damage to every column of which make test tries a tenth: minutes.
test-damages: .venv/dev
	ONE_DAMAGE_IN=1 $(BIN)/pytest -n 3 tests/monitor/extracts/test_one_damaged_column.py

# Ten times as many random caseloads against the oracle, and as many more kills: half an hour.
test-longer: .venv/dev
	TRY_TIMES=10 FAULT_ROUNDS=60 $(BIN)/pytest -n 3 $$(grep -rl "import examples" tests/tiering tests/alerts tests/monitor) \
		tests/faults/test_killed_run.py tests/faults/test_killed_delivery.py

test-any-day: .venv/dev node_modules/.installed chromium postfix faketime
	$(BIN)/python -m tests.any_day $(AT_ONCE) -q

# Outside the lock: what you get if you install the project with pip today.
test-newest:
	rm -rf build/newest
	$(PYTHON) -m venv build/newest
	build/newest/bin/pip install -q --upgrade .
	$(PYTHON) tests/newest.py $(CURDIR)/build/newest/bin/hotspots

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	HOTSPOTS_HOME=build/check $(BIN)/hotspots check

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The table of docs/performance.md. With TEN_TIMES=1 also the week of ten nations, which takes 15 GB.
bench: .venv/dev
	$(BIN)/python -m tests.benchmarks.performance $(if $(TEN_TIMES),--ten-times)

# Where the time of one run goes, and stages one by one.
bench-stages: .venv/dev
	$(BIN)/python -m tests.benchmarks
	$(BIN)/python -m tests.benchmarks.extracts
	$(BIN)/python -m tests.benchmarks.tiers
	$(BIN)/python -m tests.benchmarks.redistribution clusters
	$(BIN)/python -m tests.benchmarks.proposals
	$(BIN)/python -m tests.benchmarks.decisions
	$(BIN)/python -m tests.benchmarks.workbook
	$(BIN)/python -m tests.benchmarks.questions

# Every benchmark at its smallest size, two at a time: they start, and what they measure still exists.
SMOKES := $(addprefix smoke-of-,tests.benchmarks tests.benchmarks.decisions tests.benchmarks.detection \
	tests.benchmarks.extracts tests.benchmarks.follow_through tests.benchmarks.forecast tests.benchmarks.pages \
	tests.benchmarks.performance tests.benchmarks.proposals tests.benchmarks.questions tests.benchmarks.redistribution tests.benchmarks.tiers tests.benchmarks.workbook)
bench-smoke: .venv/dev
	@mkdir -p build/smoke
	@$(MAKE) --no-print-directory -j 2 $(SMOKES)

.PHONY: $(SMOKES)
$(SMOKES): smoke-of-%:
	$(BIN)/python -m $* --smoke > build/smoke/$*.txt

bench-pages: .venv/dev
	$(BIN)/python -m tests.benchmarks.pages --database sqlite
	$(BIN)/python -m tests.benchmarks.pages --database postgresql

bench-detection: .venv/dev
	$(BIN)/python -m tests.benchmarks.detection
	$(BIN)/python -m tests.benchmarks.forecast

bench-follow-through: .venv/dev
	$(BIN)/python -m tests.benchmarks.follow_through

bench-redistribution: .venv/dev
	$(BIN)/python -m tests.benchmarks.redistribution

lock: .venv/dev
	$(BIN)/uv pip compile --universal --python-version 3.11 --group build pyproject.toml \
		--no-header --no-emit-index-url --generate-hashes --upgrade -q -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --group dev --group lock --extra s3 pyproject.toml -c requirements.lock \
		--no-header --no-emit-index-url --generate-hashes --upgrade -q -o requirements-dev.lock

# Back to the state as cloned. The figures of a real service are never removed: var/ is removed only if hotspots demo would replace it too.
clean:
	rm -rf .venv node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
	rm -rf *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@test ! -e var || if $(PYTHON) -c "$(IS_A_DEMO)" 2> /dev/null; then rm -rf var; \
		else echo "Left in place: var/, which may hold more than a demonstration. To delete it: rm -r var"; fi

IS_A_DEMO := import sqlite3, sys; \
	home = sqlite3.connect('file:var/hotspots.db?mode=ro', uri=True); \
	kinds = set(home.execute('SELECT DISTINCT source FROM snapshot')); \
	sys.exit(kinds != {('synthetic',)})

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

.venv/runtime: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/pip install -q --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	$(BIN)/pip check
	touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	$(BIN)/pip install -q --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/pip check
	touch $@

node_modules/.installed: package-lock.json
	npm ci --no-audit --no-fund --silent
	touch $@

.PHONY: chromium
chromium:
	@command -v chromium > /dev/null || test -x /usr/bin/chromium || { \
		if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium; \
		else echo "The browser tests need Chromium: sudo apt-get install chromium"; exit 1; fi; }

# The preset answer keeps the package from starting a mail server for the whole machine.
.PHONY: postfix
postfix:
	@test -x /usr/sbin/postfix || { test "$$(id -u)" = 0 && \
		echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postfix; } || true
	@test "$$(id -u)" = 0 -a -x /usr/sbin/postfix || \
		echo "Left out: tests/faults/test_postfix.py, which needs the superuser and Postfix: sudo apt-get install postfix"

.PHONY: faketime
faketime:
	@command -v faketime > /dev/null || { \
		if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq faketime; \
		else echo "The tests on other days need libfaketime: sudo apt-get install faketime"; exit 1; fi; }
