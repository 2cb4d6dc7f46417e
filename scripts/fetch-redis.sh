#!/usr/bin/env bash
# Fetches Debian's or Ubuntu's own redis-server into a folder without touching the system, root or not.
# Usage: fetch-redis.sh FOLDER; prints the path of a starter that runs it.
set -euo pipefail
source "$(dirname "$(readlink -f "$0")")/fetch-program.sh"
wanted=(redis-server redis-tools libjemalloc2 liblzf1)
# liblua5.1 is a separate library in some releases and built in in others.
optional=(liblua5.1-0)
fetch_program "$1" usr/bin/redis-server --version
