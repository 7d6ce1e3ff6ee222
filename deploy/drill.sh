#!/usr/bin/env bash
# Proves that the running pipeline of docker-compose.yml survives: ends every service in turn, by "restart" and by killing its process, and
# waits each time until everything is healthy again and both websockets send values that the market has only just made.
#
#   deploy/drill.sh                      every service
#   deploy/drill.sh kafka history        these only
#
# Needs curl, and rights to kill processes of containers.
set -euo pipefail
cd "$(dirname "$0")/.."

if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
patience=${DRILL_PATIENCE:-120}
address=${BIND_ADDRESS:-127.0.0.1}

say() { printf '%s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

# Those that run all the time and are not as they should be.
unwell() {
  local container how='{{.Name}} {{.HostConfig.RestartPolicy.Name}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}'
  for container in $("${compose[@]}" ps -q); do
    docker inspect --format "$how" "$container"
  done | awk '$2 != "no" && ($3 != "running" || $4 != "healthy") { print $1 }'
}

# The first value that comes after the mark: one that was not there when we asked.
live_value() { # port
  local frame marked="" got=1 frames curl
  exec {frames}< <(exec timeout "$patience" curl -sN --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' \
    -H 'Sec-WebSocket-Key: c3RvY2twaXBlbGluZTAwMQ==' "http://$address:$1/?last=1" 2>/dev/null)
  curl=$!
  # The frames are short JSON objects; what stands before each is not looked at.
  while IFS= read -r -d '}' -u "$frames" frame; do
    case $frame in
      *'"type":"mark"'*) marked=yes ;;
      *'"main_line"'*) [ -z "$marked" ] || { got=0; break; } ;;
    esac
  done
  kill "$curl" 2>/dev/null || true
  exec {frames}<&-
  return "$got"
}

recovered() { # what happened
  local from=$SECONDS left
  while left=$(unwell) && [ -n "$left" ]; do
    [ $((SECONDS - from)) -lt "$patience" ] || die "$1: not healthy after $patience s: $left"
    sleep 1
  done
  local port
  for port in 8001 8002; do
    # A websocket that was just started again may refuse the first time.
    until live_value "$port"; do
      [ $((SECONDS - from)) -lt $((2 * patience)) ] || die "$1: no values on port $port"
      sleep 1
    done
  done
  say "$1: healthy, and values on both ports, after $((SECONDS - from)) s"
}

services=("$@")
if [ "${#services[@]}" -eq 0 ]; then
  mapfile -t services < <("${compose[@]}" ps --services | grep -v '^kafka-init-topics$' | sort)
fi
recovered "before"
for service in "${services[@]}"; do
  mapfile -t containers < <("${compose[@]}" ps -q "$service")
  [ -n "${containers[0]:-}" ] || continue
  "${compose[@]}" restart "$service" >/dev/null 2>&1 || die "$service could not be restarted"
  recovered "restart of $service"
  for container in "${containers[@]}"; do
    # Docker itself does not start again what was ended by "docker kill": the process has to die by itself.
    kill -KILL "$(docker inspect --format '{{.State.Pid}}' "$container")"
  done
  recovered "kill of $service"
done
say "all ${#services[@]} services survived"
