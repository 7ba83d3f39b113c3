#!/usr/bin/env bash
# Have programs that the tests need and no lock file brings: have.sh chromium php ruby go. What is missing is installed, all
# of it at once, where that needs no questions; else this says what is missing and goes on, but not in CI.
set -euo pipefail

is_here() {
  local name names=("$1")
  if [ "$1" = chromium ]; then
    names=("${CHROME:-chromium}" chromium chromium-browser google-chrome google-chrome-stable chrome)
  fi
  for name in "${names[@]}"; do
    if command -v "$name" >/dev/null; then return; fi
  done
  return 1
}

missing=() packages=()
for program in "$@"; do
  if is_here "$program"; then continue; fi
  missing+=("$program")
  case $program in
    php) packages+=(php-cli) ;;
    go) packages+=(golang-go) ;;
    *) packages+=("$program") ;;
  esac
done
if [ ${#missing[@]} = 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
  echo "Installing for the tests: ${missing[*]}."
  "${as_root[@]}" apt-get update -qq || true # an old list may still do
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    "${packages[@]}" >/dev/null && exit 0
fi
echo "Missing, and not to be installed without questions: ${missing[*]}. The tests that need them will NOT run." >&2
if [ "${CI:-}" = true ]; then exit 1; fi
