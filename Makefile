# Two commands matter: `make demo` and `make test`. Both set up what they need from a bare checkout.
V := .venv/bin
PY := $(V)/python
DEMO_ARGS ?=
TEST_ARGS ?=
SMOKE_ARGS ?=

.PHONY: demo test test-long test-cluster check bench mutants lock format clean test-embeddings kibana-smoke kibana-pictures

demo: .venv/.ready-base
	$(V)/churnwatch demo --dir demo-out $(DEMO_ARGS)

test: check
	scripts/chromium
	CHURNWATCH_TEST_ALL=1 $(PY) -m pytest -n 2 --dist loadfile $(TEST_ARGS)

test-long: .venv/.ready-dev
	CHURNWATCH_TEST_ALL=1 $(PY) -m pytest -m long $(TEST_ARGS)

test-embeddings: .venv-embeddings/.ready-embeddings
	.venv-embeddings/bin/python -m pytest tests/nlp/test_encode_embeddings.py $(TEST_ARGS)

.venv-embeddings/.ready-%: pyproject.toml requirements/%.in scripts/setup-embeddings
	scripts/setup-embeddings requirements/$*.in

check: .venv/.ready-dev
	$(V)/ruff check .
	$(V)/ruff format --check .
	$(V)/mypy
	$(V)/churnwatch check

test-cluster: .venv/.ready-dev
	CHURNWATCH_TEST_CLUSTER=1 $(PY) -m pytest -m cluster $(TEST_ARGS)

bench: .venv/.ready-dev
	$(MAKE) test-cluster
	scripts/chromium
	$(PY) -m tests.benchmarks

# For an operator with a real Kibana: CHURNWATCH_KIBANA_URL, _API_KEY and _CA as in README.md; SMOKE_ARGS="--from 2026-01-01 --to 2026-02-01".
kibana-smoke: .venv/.ready-base
	$(V)/churnwatch kibana smoke $(SMOKE_ARGS)

kibana-pictures: .venv/.ready-dev
	scripts/chromium
	CHURNWATCH_TEST_ALL=1 CHURNWATCH_PICTURES=docs/kibana $(PY) -m pytest tests/churnwatch/test_kibana_panels.py

mutants: .venv/.ready-dev
	$(PY) tests/mutants.py

lock: .venv/.ready-dev
	scripts/lock

format: .venv/.ready-dev
	$(V)/ruff format .
	$(V)/ruff check --fix .

.venv/.ready-%: pyproject.toml requirements/%.lock scripts/setup
	scripts/setup requirements/$*.lock

clean:
	rm -rf .venv .venv-embeddings demo-out dist build .cache
