#!/usr/bin/env bash
# Fetches Debian's or Ubuntu's own redis-server into a folder without touching the system, root or not.
# Usage: fetch-redis.sh FOLDER; prints the path of a starter that runs it.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
starter="$folder/redis-server"
if [ -x "$starter" ] && "$starter" --version >/dev/null 2>&1; then echo "$starter"; exit 0; fi
command -v apt-get >/dev/null && command -v dpkg >/dev/null || { echo 'no apt-get here' >&2; exit 1; }

work=$(mktemp -d "$folder/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
wanted=(redis-server redis-tools libjemalloc2 liblzf1)
# liblua5.1 is a separate library in some releases and built in in others.
optional=(liblua5.1-0)
apt=(apt-get -q -o APT::Sandbox::User=root)
fetch() { "${apt[@]}" "$@" download "${wanted[@]}" && { "${apt[@]}" "$@" download "${optional[@]}" || true; }; }
# The system's package lists may be missing or old; a private copy needs no rights.
if ! fetch >fetch.log 2>&1; then
  mkdir -p state/lists/partial cache/archives/partial
  private=(-o "Dir::State::Lists=$work/state/lists" -o "Dir::Cache=$work/cache")
  { "${apt[@]}" "${private[@]}" update && fetch "${private[@]}"; } >>fetch.log 2>&1 || { tail -n 3 fetch.log >&2; exit 1; }
fi
mkdir root
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(cd root && find usr/lib lib -name '*.so*' -printf '%h\n' 2>/dev/null | sort -u | sed "s|^|\$here/root/|" | paste -sd:)
printf '#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nLD_LIBRARY_PATH="%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\nexport LD_LIBRARY_PATH\nexec "$here/root/usr/bin/redis-server" "$@"\n' \
  "$libraries" >starter
chmod 755 starter
# Two fetches at once: the last rename wins, and both are whole.
rm -rf "$folder/root.old"
[ ! -e "$folder/root" ] || mv "$folder/root" "$folder/root.old"
mv root "$folder/root"
mv starter "$starter"
rm -rf "$folder/root.old"
"$starter" --version >/dev/null
echo "$starter"
