#!/usr/bin/env bash
# PASS or FAIL a line and a summary; exit code 0 only if all pass. Extra arguments go to `smoke` (--only NAME).
# Looks at what `npm start` runs here; with none running, at the containers of docker compose.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ ! -f "${COPILOT_DATA_DIR:-.data}/up.json" ] && command -v docker >/dev/null && docker compose ps --quiet web 2>/dev/null | grep -q .; then
  code=0
  while read -r service state health; do
    if [ "$state" = running ] && { [ "$health" = healthy ] || [ "$health" = - ]; }; then echo "PASS  container $service"
    else echo "FAIL  container $service is $state $health"; code=1; fi
  done < <(docker compose ps --format '{{.Service}} {{.State}} {{if .Health}}{{.Health}}{{else}}-{{end}}')
  docker compose exec -T web node dist/main.js smoke "$@" || code=1
  exit "$code"
fi
[ -f dist/main.js ] || npm run --silent build
exec node dist/main.js smoke "$@"
