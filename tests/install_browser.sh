#!/bin/sh
# The tests drive a real Chromium and a real Firefox. On Debian as root they are installed here; elsewhere pytest names
# what it did not run. Of Chromium there is one without windows, which needs a third of the time; any other will do.
set -e
is_here() {
  for name in "$@"; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}
can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
another() { is_here chromium chromium-browser google-chrome; }
missing=""
is_here "${ROSC_MAP_CHROMIUM:-}" chromium-headless-shell || { ! can_install && another; } ||
  missing="chromium-headless-shell fonts-dejavu-core"
is_here "${ROSC_MAP_FIREFOX:-}" firefox-esr firefox || missing="$missing firefox-esr"
if [ -z "$missing" ]; then exit 0; fi
if can_install; then
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086  # the names of packages, one a word
  if apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; then exit 0; fi
  another && is_here "${ROSC_MAP_FIREFOX:-}" firefox-esr firefox
else
  echo "Missing here, and only installed as root on Debian: $missing. Install by hand to run the browser tests." >&2
fi
