#!/usr/bin/env bash
# Installs the named Debian packages that are missing. Says what it would need where it may not or cannot.
set -euo pipefail

missing=()
for package in "$@"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

command -v apt-get >/dev/null || { echo "not a Debian machine: please install ${missing[*]}" >&2; exit 1; }
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "no rights to install: please run 'apt-get install ${missing[*]}' as root" >&2; exit 1; }
  as_root=(sudo -n)
fi

echo "installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
install() { "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>"${TMPDIR:-/tmp}/apt-errors.$$"; }
install || { "${as_root[@]}" apt-get update -qq >/dev/null && install; } || { cat "${TMPDIR:-/tmp}/apt-errors.$$" >&2; echo "could not install ${missing[*]}" >&2; exit 1; }
rm -f "${TMPDIR:-/tmp}/apt-errors.$$"
