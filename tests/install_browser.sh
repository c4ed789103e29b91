#!/bin/sh
# The tests drive a real Chromium. On Debian as root it is installed here; elsewhere pytest names what it did not run.
set -e
for name in "${ROSC_MAP_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
else
  echo "No Chromium here, and it can only be installed as root on Debian: install it by hand to run the browser tests." >&2
fi
