#!/usr/bin/env bash
# Install exactly what a lock file names: quickly with uv, or with pip where only pip knows the way to the packages.
set -euo pipefail
bin=$1 lock=$2

echo "Installing $lock."
"$bin/uv" pip install --quiet --python "$bin/python" --require-hashes -r "$lock" ||
  "$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
