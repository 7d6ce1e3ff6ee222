#!/usr/bin/env bash
# Makes the native Kafka client available: leaves the ordinary restore alone where the package registry has librdkafka.redist,
# and builds the same version from source, once, into .cache/librdkafka where it has not. The build needs nothing at run time but
# OpenSSL 3 and zlib: Kerberos and OIDC, which no setting of ours reaches, are left out, and zstd and lz4 are inside.
set -euo pipefail

version=2.15.1
source_package=@confluentinc/kafka-javascript@1.10.1 # carries the complete librdkafka source of that version
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=$root/.cache/librdkafka/$version
library=$target/librdkafka.so
features=(gzip snappy ssl sasl lz4 zstd sasl_plain sasl_scram)

say() { printf 'librdkafka: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Asks the library itself what it can do: what configure wrote down is not yet what came out of the linker.
check() {
  python3 - "$1" "$version" "${features[@]}" <<'PYTHON'
import ctypes, sys
path, version, wanted = sys.argv[1], sys.argv[2], set(sys.argv[3:])
try:
    kafka = ctypes.CDLL(path)
except OSError as failure:
    sys.exit(f"cannot be loaded: {failure}")
kafka.rd_kafka_version_str.restype = ctypes.c_char_p
kafka.rd_kafka_conf_new.restype = ctypes.c_void_p
found = kafka.rd_kafka_version_str().decode()
if found.split("-")[0] != version:
    sys.exit(f"is version {found}, not {version}")
text, size = ctypes.create_string_buffer(4096), ctypes.c_size_t(4096)
if kafka.rd_kafka_conf_get(ctypes.c_void_p(kafka.rd_kafka_conf_new()), b"builtin.features", text, ctypes.byref(size)) != 0:
    sys.exit("does not tell its features")
missing = sorted(wanted - set(text.value.decode().split(",")))
if missing:
    sys.exit(f"came out without {', '.join(missing)}")
PYTHON
}

# A cache that came from another machine may hold a library that this one cannot load.
usable() {
  [ -f "$library" ] || return 1
  command -v python3 >/dev/null || return 0
  local problem
  problem=$(check "$library" 2>&1) && return 0
  say "the one in the cache $problem; building it anew"
  return 1
}

usable && exit 0
mkdir -p "$root/.cache"
# Two builds started side by side must not write one folder: the second waits here and then finds the work done.
exec 9>"$root/.cache/librdkafka.lock"
flock 9
usable && exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Into the ordinary package folder, so that what the probe fetched is what the restore then uses.
registry_has_it() {
  cat >"$work/probe.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
<ItemGroup><PackageReference Include="librdkafka.redist" Version="[$version]" /></ItemGroup></Project>
EOF
  dotnet restore "$work/probe.csproj" >"$work/probe.log" 2>&1
}
if registry_has_it; then
  rm -f "$library"
  say "the package registry has librdkafka.redist $version; using it"
  exit 0
fi

need_debian=()
have_header() { printf '#include <%s>\n' "$1" | "${CC:-cc}" -E - >/dev/null 2>&1; }
for tool in npm:npm make:make cc:gcc c++:g++ python3:python3; do
  command -v "${tool%%:*}" >/dev/null || need_debian+=("${tool##*:}")
done
if command -v "${CC:-cc}" >/dev/null; then
  for header in zlib.h:zlib1g-dev openssl/ssl.h:libssl-dev zstd.h:libzstd-dev; do
    have_header "${header%%:*}" || need_debian+=("${header##*:}")
  done
else
  need_debian+=(libc6-dev zlib1g-dev libssl-dev libzstd-dev)
fi
if [ "${#need_debian[@]}" -gt 0 ]; then
  "$root/eng/debian-packages.sh" "${need_debian[@]}" || die "cannot be built without: ${need_debian[*]} (Debian package names)"
fi

say "fetching the source of $version"
(cd "$work" && npm pack --silent "$source_package" >/dev/null && tar xzf ./*.tgz) || die "npm could not fetch $source_package"
cd "$work/package/deps/librdkafka"
say "configuring"
static_zstd=$(find /usr/lib /usr/local/lib -name libzstd.a -print -quit 2>/dev/null || true)
STATIC_LIB_libzstd=$static_zstd ./configure --disable-debug-symbols --disable-gssapi --disable-curl --disable-lz4-ext >"$work/configure.log" 2>&1 \
  || { tail -n 20 "$work/configure.log" >&2; die "configure failed, see above"; }
say "compiling with $(nproc) jobs (about a minute on two cores)"
make -j"$(nproc)" -C src librdkafka.so.1 >"$work/make.log" 2>&1 || { tail -n 20 "$work/make.log" >&2; die "the build failed, see above"; }

strip --strip-unneeded src/librdkafka.so.1 2>/dev/null || say "strip is not there; the library stays larger than it need be"
problem=$(check "$PWD/src/librdkafka.so.1" 2>&1) || die "the build $problem"
mkdir -p "$target"
cp src/librdkafka.so.1 "$library.tmp"
mv "$library.tmp" "$library"
say "ready"
