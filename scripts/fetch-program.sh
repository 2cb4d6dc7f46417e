#!/usr/bin/env bash
# For fetch-redis.sh and fetch-nginx.sh, which source it: takes a program out of Debian's or Ubuntu's own packages into a
# folder without touching the system, root or not.

# fetch_program FOLDER PROGRAM VERSION_FLAG, with the arrays `wanted` (packages it needs) and `optional` (packages that
# stand apart in some releases only). Prints the path of a starter that runs PROGRAM, a path below the packages' root.
fetch_program() {
  local folder program=$2 version=$3 starter work libraries package
  folder=$(mkdir -p "$1" && cd "$1" && pwd)
  starter="$folder/$(basename "$program")"
  if [ -x "$starter" ] && "$starter" "$version" >/dev/null 2>&1; then echo "$starter"; return; fi
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || { echo 'no apt-get here' >&2; return 1; }

  work=$(mktemp -d "$folder/fetch.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$work'" EXIT
  chmod 755 "$work"
  cd "$work"
  apt=(apt-get -q -o APT::Sandbox::User=root)
  # The system's package lists may be missing or old; a private copy needs no rights.
  if ! download_packages >fetch.log 2>&1; then
    mkdir -p state/lists/partial cache/archives/partial
    local private=(-o "Dir::State::Lists=$work/state/lists" -o "Dir::Cache=$work/cache")
    { "${apt[@]}" "${private[@]}" update && download_packages "${private[@]}"; } >>fetch.log 2>&1 ||
      { tail -n 3 fetch.log >&2; return 1; }
  fi
  mkdir root
  for package in *.deb; do dpkg -x "$package" root; done
  [ -x "root/$program" ] || { echo "the packages hold no $program" >&2; return 1; }
  libraries=$(cd root && find usr/lib lib -name '*.so*' -printf '%h\n' 2>/dev/null | sort -u | sed "s|^|\$here/root/|" | paste -sd:)
  printf '#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\nLD_LIBRARY_PATH="%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\nexport LD_LIBRARY_PATH\nexec "$here/root/%s" "$@"\n' \
    "$libraries" "$program" >starter
  chmod 755 starter
  # Two fetches at once: the last rename wins, and both are whole.
  rm -rf "$folder/root.old"
  [ ! -e "$folder/root" ] || mv "$folder/root" "$folder/root.old"
  mv root "$folder/root"
  mv starter "$starter"
  rm -rf "$folder/root.old"
  "$starter" "$version" >/dev/null 2>&1
  echo "$starter"
}

download_packages() {
  "${apt[@]}" "$@" download "${wanted[@]}" || return 1
  local package
  for package in "${optional[@]}"; do "${apt[@]}" "$@" download "$package" || true; done
}
