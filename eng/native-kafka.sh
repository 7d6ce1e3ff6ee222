#!/usr/bin/env bash
# Makes the native Kafka client available: leaves the ordinary restore alone where the package registry has librdkafka.redist,
# and builds the same version from source, once, into .cache/librdkafka where it has not.
set -euo pipefail

version=2.15.1
source_package=@confluentinc/kafka-javascript@1.10.1 # carries the complete librdkafka source of that version
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=$root/.cache/librdkafka/$version
features=(gzip snappy ssl sasl lz4 zstd sasl_gssapi sasl_plain sasl_scram sasl_oauthbearer)

say() { printf 'librdkafka: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

[ -f "$target/librdkafka.so" ] && exit 0
mkdir -p "$root/.cache"
# Two builds started side by side must not write one folder: the second waits here and then finds the work done.
exec 9>"$root/.cache/librdkafka.lock"
flock 9
[ -f "$target/librdkafka.so" ] && exit 0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

registry_has_it() {
  cat >"$work/probe.csproj" <<EOF
<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
<ItemGroup><PackageReference Include="librdkafka.redist" Version="$version" /></ItemGroup></Project>
EOF
  dotnet restore "$work/probe.csproj" --packages "$work/packages" >"$work/probe.log" 2>&1
}
if registry_has_it; then say "the package registry has librdkafka.redist $version; using it"; exit 0; fi

need_debian=()
have_header() { printf '#include <%s>\n' "$1" | "${CC:-cc}" -E - >/dev/null 2>&1; }
for tool in npm:npm make:make cc:gcc c++:g++ python3:python3; do
  command -v "${tool%%:*}" >/dev/null || need_debian+=("${tool##*:}")
done
if command -v "${CC:-cc}" >/dev/null; then
  for header in zlib.h:zlib1g-dev openssl/ssl.h:libssl-dev sasl/sasl.h:libsasl2-dev zstd.h:libzstd-dev lz4frame.h:liblz4-dev curl/curl.h:libcurl4-openssl-dev; do
    have_header "${header%%:*}" || need_debian+=("${header##*:}")
  done
else
  need_debian+=(zlib1g-dev libssl-dev libsasl2-dev libzstd-dev liblz4-dev libcurl4-openssl-dev)
fi
if [ "${#need_debian[@]}" -gt 0 ]; then
  "$root/eng/debian-packages.sh" "${need_debian[@]}" || die "cannot be built without: ${need_debian[*]} (Debian package names)"
fi

say "fetching the source of $version"
(cd "$work" && npm pack --silent "$source_package" >/dev/null && tar xzf ./*.tgz) || die "npm could not fetch $source_package"
cd "$work/package/deps/librdkafka"
say "configuring"
./configure --disable-debug-symbols >"$work/configure.log" 2>&1 || { tail -n 20 "$work/configure.log" >&2; die "configure failed, see above"; }
say "compiling with $(nproc) jobs (under a minute on two cores)"
make -j"$(nproc)" -C src librdkafka.so.1 >"$work/make.log" 2>&1 || { tail -n 20 "$work/make.log" >&2; die "the build failed, see above"; }

built=$(grep -E '^BUILT_WITH=|WITH_' config.h Makefile.config 2>/dev/null || true)
for feature in "${features[@]}"; do
  case $feature in
    gzip) key=WITH_ZLIB ;; ssl) key=WITH_SSL ;; zstd) key=WITH_ZSTD ;; sasl_gssapi) key=WITH_SASL_CYRUS ;; sasl_scram) key=WITH_SASL_SCRAM ;;
    sasl_oauthbearer) key=WITH_SASL_OAUTHBEARER ;; lz4) key=WITH_LZ4_EXT ;; snappy) key=WITH_SNAPPY ;; *) continue ;;
  esac
  grep -qE "$key(=| +)(1|y)" <<<"$built" || die "the build came out without $feature ($key); see which -dev package configure missed"
done

mkdir -p "$target"
strip --strip-unneeded src/librdkafka.so.1 2>/dev/null || true
cp src/librdkafka.so.1 "$target/librdkafka.so.tmp"
mv "$target/librdkafka.so.tmp" "$target/librdkafka.so"
say "ready"
