# Everything a newcomer needs. Each target makes what it stands on; nothing is installed outside .venv.
PYTHON ?= python3
BIN := .venv/bin
export DAGSTER_DISABLE_TELEMETRY := yes

.PHONY: demo test unit check real bench linkage learn fuzz kill mutate docs lock sample clean

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch .venv/installed

demo: .venv/installed ## the committed sample season, from raw files to a release
	$(BIN)/cleanup demo

test: .venv/installed ## every test, in as many processes as there are cores; files stay whole, so a season is run once
	$(BIN)/python -m pytest -n $${PROCESSES:-auto} --dist loadfile

unit: .venv/installed ## the tests of pure functions only: seconds, no disk, no network
	$(BIN)/python -m pytest tests/unit

check: .venv/installed ## format, lint, types, definitions, generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	DAGSTER_HOME=$$(mktemp -d) $(BIN)/dagster definitions validate -w workspace.yaml --log-level error
	$(BIN)/cleanup docs --check

real: .venv/installed ## run on the real files beside the repository (nothing of them enters it)
	$(BIN)/python -m bench.real

bench: .venv/installed ## a full-size season, timed
	$(BIN)/python -m bench.season --scale 1

linkage: .venv/installed ## the school matcher and general tools on the labelled tasks: bench/linkage.md
	$(BIN)/python -m bench.linkage $(if $(RECORDLINKAGE),--recordlinkage-python $(RECORDLINKAGE))

learn: .venv/installed ## learn the matcher's weights anew: make learn PAIRS=answers.csv DIRECTORY=schools.csv [WRITE=--write]
	$(BIN)/python -m bench.learn_linkage $(if $(PAIRS),--pairs $(PAIRS) --directory $(DIRECTORY)) $(WRITE)

fuzz: .venv/installed ## ten minutes of odd bytes for each reader (the suite spends two seconds)
	CS_ACCESS_FUZZ_SECONDS=$${SECONDS_EACH:-600} $(BIN)/python -m pytest tests/hostile/test_fuzz.py

kill: .venv/installed ## kill -9 at 200 points over run, publish and rollback; writes bench/kill.md
	$(BIN)/python -m bench.kill

mutate: .venv/installed ## change rules, normalisers and the verdict engine and ask the tests; WHAT="--all --sample 300" for all
	$(BIN)/python -m bench.mutation $(WHAT)

docs: .venv/installed ## write the generated pages of docs/ anew
	$(BIN)/cleanup docs

sample: .venv/installed ## write the committed sample season anew
	$(BIN)/python -m tests.world

lock: ## resolve pyproject.toml anew (needs uv); the lock holds hashes and no index address
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header --universal \
	  --no-strip-extras --python-version 3.11 --quiet --output-file requirements.lock

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .dagster_home data
