#!/usr/bin/env bash
# Whether the service of this container is ready, asked of its own health page; the image has neither curl nor wget.
set -euo pipefail

exec 3<>"/dev/tcp/127.0.0.1/${HEALTH_PORT:-8080}"
printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
answer=$(cat <&3)
echo "${answer##*$'\n'}"
[[ $answer == HTTP/1.?\ 200\ * ]]
