#!/bin/sh
# The tests drive a real Chromium and a real Firefox. On Debian as root they are installed here; elsewhere pytest names
# what it did not run.
set -e
is_here() {
  for name in "$@"; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}
missing=""
is_here "${ROSC_MAP_CHROMIUM:-}" chromium chromium-browser google-chrome || missing="chromium fonts-dejavu-core"
is_here "${ROSC_MAP_FIREFOX:-}" firefox-esr firefox || missing="$missing firefox-esr"
if [ -z "$missing" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086  # the names of packages, one a word
  apt-get install -y -qq --no-install-recommends $missing
else
  echo "Missing here, and only installed as root on Debian: $missing. Install by hand to run the browser tests." >&2
fi
