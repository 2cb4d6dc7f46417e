#!/usr/bin/env bash
# Fetches Debian's or Ubuntu's own nginx into a folder without touching the system, root or not. The tests run it.
# Usage: fetch-nginx.sh FOLDER; prints the path of a starter that runs it.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
starter="$folder/nginx"
if [ -x "$starter" ] && "$starter" -v >/dev/null 2>&1; then echo "$starter"; exit 0; fi
command -v apt-get >/dev/null && command -v dpkg >/dev/null || { echo 'no apt-get here' >&2; exit 1; }

work=$(mktemp -d "$folder/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
wanted=(nginx libpcre2-8-0 zlib1g)
# The program itself is in nginx, or in nginx-core in older releases; the libraries are named after their versions.
optional=(nginx-core libssl3 libssl3t64 libcrypt1 libpcre3)
apt=(apt-get -q -o APT::Sandbox::User=root)
fetch() {
  "${apt[@]}" "$@" download "${wanted[@]}" || return 1
  for package in "${optional[@]}"; do "${apt[@]}" "$@" download "$package" || true; done
}
# The system's package lists may be missing or old; a private copy needs no rights.
if ! fetch >fetch.log 2>&1; then
  mkdir -p state/lists/partial cache/archives/partial
  private=(-o "Dir::State::Lists=$work/state/lists" -o "Dir::Cache=$work/cache")
  { "${apt[@]}" "${private[@]}" update && fetch "${private[@]}"; } >>fetch.log 2>&1 || { tail -n 3 fetch.log >&2; exit 1; }
fi
mkdir root
for package in *.deb; do dpkg -x "$package" root; done
[ -x root/usr/sbin/nginx ] || { echo 'the package holds no nginx' >&2; exit 1; }
libraries=$(cd root && find usr/lib lib -name '*.so*' -printf '%h\n' 2>/dev/null | sort -u | sed "s|^|\$here/root/|" | paste -sd:)
printf '#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nLD_LIBRARY_PATH="%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\nexport LD_LIBRARY_PATH\nexec "$here/root/usr/sbin/nginx" "$@"\n' \
  "$libraries" >starter
chmod 755 starter
# Two fetches at once: the last rename wins, and both are whole.
rm -rf "$folder/root.old"
[ ! -e "$folder/root" ] || mv "$folder/root" "$folder/root.old"
mv root "$folder/root"
mv starter "$starter"
rm -rf "$folder/root.old"
"$starter" -v >/dev/null 2>&1
echo "$starter"
