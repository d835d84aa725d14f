#!/usr/bin/env bash
# Chooses the versions in requirements/*.txt; keeps those chosen before unless --upgrade is given.
# The files hold hashes for all platforms and name no package index.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() { # OUTPUT ARGUMENTS…
  local output=requirements/$1.txt
  shift
  # Nothing this machine was configured with may reach the files.
  env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u UV_FIND_LINKS -u UV_EXTRA_INDEX_URL \
    .venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
    --output-file "$output" "$@"
  echo "$output: $(grep -c '==' "$output") packages"
}

compile build --group pyproject.toml:build "$@"
compile node --group pyproject.toml:node "$@"
compile base pyproject.toml "$@"
compile dev pyproject.toml --group dev --constraints requirements/base.txt "$@"
