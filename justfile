# The verbs of every day; `just` lists them. Each is one command that can be typed without just as well.

set windows-shell := ["powershell.exe", "-NoLogo", "-NoProfile", "-Command"]

# List the verbs
default:
    @just --list

# Make the environment, with the pinned versions
setup:
    uv sync

# Run the tests: `just test`, `just test tests/unit -k calendar`
test *args:
    uv run pytest {{ args }}

# Lint and check the format
lint:
    uv run ruff check .
    uv run ruff format --check .

# Put the format right
format:
    uv run ruff check --fix .
    uv run ruff format .

# Check the types
types:
    uv run mypy src tests benchmarks scripts

# Check who imports whom
contracts:
    uv run lint-imports

# Everything CI runs except the wheel (`.ci/run` is the whole)
check: lint types contracts test

# Open the demo firm
demo *args:
    uv run casedesk demo {{ args }}

# Measure: `just bench`, `just bench P1 --json`
bench *args:
    uv run python -m benchmarks {{ args }}

# Pin again from one resolution: `just lock`, `just lock --upgrade`
lock *args:
    uv run python scripts/lock.py {{ args }}

# The heavier fault and fuzz runs, for a closing note
faults *args:
    uv run pytest --faults tests/faults tests/store tests/desk tests/security {{ args }}

# Known weaknesses of what we depend on; fails where the advisories cannot be reached
audit:
    uv tool run pip-audit --strict --disable-pip --require-hashes -r requirements.lock

# What the program is made of, as a CycloneDX list
sbom out="sbom.json":
    uv tool run --from cyclonedx-bom cyclonedx-py requirements requirements.lock --of JSON -o {{ out }}

# Write the frozen tables of a revision from the models, for both stores: `just ddl 0001`
ddl revision:
    uv run python scripts/freeze_ddl.py {{ revision }}

# Take the pictures of README and tours from the real app; look at them before committing
pictures *names:
    uv run python scripts/pictures.py {{ names }}

# Take the screens' snapshots anew; look at the report before committing them
snapshots:
    uv run pytest tests/screens --snapshot-update

# Remove what tools left behind; the environment and the demo firm stay
clean:
    git clean -fdXq src tests data benchmarks scripts docs dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
