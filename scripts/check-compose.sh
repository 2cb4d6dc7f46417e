#!/usr/bin/env bash
# Proves docker-compose.yml and docker/Dockerfile on a machine without Docker: the image's own build steps in a scratch folder,
# the services' own commands as processes, a real Redis and Postgres (REDIS_URL and DATABASE_URL, else local ones).
set -euo pipefail
cd "$(dirname "$0")/.."
[ -f dist/main.js ] || npm run --silent build
exec node scripts/check-compose.mjs "$@"
