#!/usr/bin/env bash
# Have a Chromium for the browser tests: install one where that needs no questions, else say so and go on.
set -euo pipefail

for name in "${CHROME:-chromium}" chromium chromium-browser google-chrome google-chrome-stable chrome; do
  if command -v "$name" >/dev/null; then exit 0; fi
done

as_root=()
if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
  echo "Installing Chromium for the browser tests."
  "${as_root[@]}" apt-get update -qq || true # an old list may still do
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
fi
echo "No Chromium, and none could be installed: the browser tests will NOT run." >&2
if [ "${CI:-}" = true ]; then exit 1; fi
