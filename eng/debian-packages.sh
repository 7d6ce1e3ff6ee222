#!/usr/bin/env bash
# Installs the named Debian packages that are missing. Says what it would need where it may not or cannot.
set -euo pipefail

missing=()
for package in "$@"; do
  status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [[ $status == *"ok installed"* ]] || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0

command -v apt-get >/dev/null || { echo "not a Debian machine: please install ${missing[*]}" >&2; exit 1; }
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "no rights to install: please run 'apt-get install ${missing[*]}' as root" >&2; exit 1; }
  as_root=(sudo -n)
fi

# Test projects that run side by side may want something at the same time; apt has one lock and does not wait by itself.
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2 "$@" >/dev/null 2>"$errors"; }
install() { apt install -y --no-install-recommends "${missing[@]}"; }

errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
echo "installing ${missing[*]}" >&2
install || { apt update && install; } || { cat "$errors" >&2; echo "could not install ${missing[*]}" >&2; exit 1; }
