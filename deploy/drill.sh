#!/usr/bin/env bash
# Proves that the running pipeline of docker-compose.yml survives: ends every service in turn, by "restart" and by killing its process, and
# waits each time until everything is healthy again and both websockets send values that the market has only just made. A service that ends
# because another one did fails the drill. At last everything is stopped and started: what does not end as asked fails the drill as well.
#
#   deploy/drill.sh                      every service, Kafka and PostgreSQL among them, then all at once
#   deploy/drill.sh kafka history all    these only; "all" is the stop and start of everything
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

# Since when each container runs that is started again when it ends, but for those named.
running_since() { # containers
  local how='{{.Id}} {{.HostConfig.RestartPolicy.Name}} {{.State.StartedAt}} {{.RestartCount}} {{.Name}}'
  "${compose[@]}" ps -q | xargs docker inspect --format "$how" | awk -v but=" $* " '$2 != "no" && !index(but, " " $1 " ")' | sort
}

# Nothing but what we ended ourselves has ended since.
others_ran_on() { # what happened, since when they ran, containers that we ended
  local what=$1 before=$2 changed
  shift 2
  changed=$(diff <(echo "$before") <(running_since "$@") | awk '/^>/ { print $6 }')
  [ -z "$changed" ] || die "$what: ended as well: $changed"
}

everything() {
  local container code
  mapfile -t containers < <("${compose[@]}" ps -q)
  "${compose[@]}" stop >/dev/null 2>&1 || die "not everything could be stopped"
  for container in "${containers[@]}"; do
    code=$(docker inspect --format '{{.State.ExitCode}}' "$container")
    # A virtual machine of Java says of itself that it was told to end.
    [ "$code" = 0 ] || [ "$code" = 143 ] || die "$(docker inspect --format '{{.Name}}' "$container") ended with $code when it was stopped"
  done
  "${compose[@]}" up -d --no-build >/dev/null 2>&1 || die "not everything could be started"
  recovered "stop and start of everything"
}

services=("$@")
if [ "${#services[@]}" -eq 0 ]; then
  mapfile -t services < <("${compose[@]}" ps --services | grep -v '^kafka-init-topics$' | sort)
  services+=(all)
fi
recovered "before"
for service in "${services[@]}"; do
  if [ "$service" = all ]; then everything; continue; fi
  mapfile -t containers < <("${compose[@]}" ps -q "$service")
  [ -n "${containers[0]:-}" ] || die "$service does not run"
  before=$(running_since "${containers[@]}")
  "${compose[@]}" restart "$service" >/dev/null 2>&1 || die "$service could not be restarted"
  recovered "restart of $service"
  others_ran_on "restart of $service" "$before" "${containers[@]}"
  for container in "${containers[@]}"; do
    # Docker itself does not start again what was ended by "docker kill": the process has to die by itself.
    kill -KILL "$(docker inspect --format '{{.State.Pid}}' "$container")"
  done
  recovered "kill of $service"
  others_ran_on "kill of $service" "$before" "${containers[@]}"
  for container in "${containers[@]}"; do
    count=$(docker inspect --format '{{.RestartCount}}' "$container")
    [ "$count" -eq 1 ] || die "kill of $service: was started $count times until it stayed"
  done
done
say "survived: ${services[*]}"
