#!/bin/sh
# The tests run a real PostGIS. On Debian as root it is installed here; elsewhere pytest names what it did not run.
# The tests make and stop servers of their own: the one that Debian's package makes is not used.
set -e
if [ -n "${ROSC_MAP_POSTGRES:-}" ]; then exit 0; fi
for control in /usr/share/postgresql/*/extension/postgis.control; do
  version=${control#/usr/share/postgresql/}
  if [ -f "$control" ] && [ -x "/usr/lib/postgresql/${version%%/*}/bin/initdb" ]; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # Each Debian's own version: in Debian 12 this brings postgresql-15-postgis-3 and postgresql-15.
  apt-get install -y -qq --no-install-recommends postgresql-postgis
else
  echo "No PostGIS here, and it can only be installed as root on Debian: the tests marked postgis will not be run." >&2
  echo "Install a PostgreSQL server with PostGIS by hand; ROSC_MAP_POSTGRES names the folder of its programs." >&2
fi
