#!/usr/bin/env bash
# Make the virtual environment with the first Python on this machine that is new enough, and put the installer in it.
set -euo pipefail
venv=$1

for python in "${PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Making $venv with $("$python" --version)."
    "$python" -m venv --clear "$venv"
    exec "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
  fi
done
echo "autochat needs Python 3.11 or newer; say where it is with: make run PYTHON=/path/to/python3" >&2
exit 1
