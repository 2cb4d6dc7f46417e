#!/usr/bin/env bash
# Fetches Debian's or Ubuntu's own nginx into a folder without touching the system, root or not. The tests run it.
# Usage: fetch-nginx.sh FOLDER; prints the path of a starter that runs it.
set -euo pipefail
source "$(dirname "$(readlink -f "$0")")/fetch-program.sh"
wanted=(nginx libpcre2-8-0 zlib1g)
# The program itself is in nginx, or in nginx-core in older releases; the libraries are named after their versions.
optional=(nginx-core libssl3 libssl3t64 libcrypt1 libpcre3)
fetch_program "$1" usr/sbin/nginx -v
