#!/usr/bin/env bash
# Makes the topics of the pipeline be what they are declared to be, with Kafka's own command line tools: creates what is missing, alters
# configurations that differ, empties the tasks and the indicator values by creating their topics anew. A topic with another number of
# partitions than declared is an error, and then nothing is changed. Safe to run again at any time, services running or not.
#
#   ./init-topics.sh                     what .env.template says of KAFKA_CONNECT, KAFKA_SECURITY_PROTOCOL, TOPIC_… holds here as well
#   ./init-topics.sh --print             prints the declaration, a topic a line: name, partitions, recreated or kept, configuration
#
# The tools are found in KAFKA_HOME, in /opt/kafka, or on the path; they need Java 17.
set -euo pipefail

day=$((24 * 60 * 60 * 1000))
mebibyte=$((1024 * 1024))
prefix=${TOPIC_PREFIX_MACD:-macd-values-}
names=() partitions=() recreated=() configs=()

topic() { names+=("$1") partitions+=("$2") recreated+=("$3") configs+=("$4"); }

# The declaration: the same as PipelineTopics and TopicUpkeep in the code, configurations by their names; a test compares the two.
# Only closed segments are compacted or deleted: how soon one is closed decides what a service reads at its start.
compacted() { # policy, days that records are kept at least or nothing
  echo "cleanup.policy=$1 max.compaction.lag.ms=$((60 * 60 * 1000)) min.cleanable.dirty.ratio=0.2 min.compaction.lag.ms=0" \
    ${2:+"retention.ms=$(($2 * day))"} "segment.bytes=$((2 * mebibyte)) segment.ms=60000"
}
deleted() { # days that records are kept at least
  echo "cleanup.policy=delete retention.ms=$(($1 * day)) segment.bytes=$((32 * mebibyte)) segment.ms=$day"
}
series() { # name before the interval, recreated or kept
  local kept
  for kept in 1-min:21 5-min:30 15-min:60 30-min:90 1-hour:150 4-hour:450 1-day:2000; do
    topic "$1${kept%:*}" 10 "$2" "$(compacted compact,delete "${kept#*:}")"
  done
}
# What the parameters of each indicator are where nothing is said: the same as the catalogue in the code; a test compares the two.
declare -A usual=(
  [sma]=20 [ema]=20 [wma]=20 [dema]=20 [tema]=20 [hma]=9 [kama]=10,2,30 [macd]=12,26,9 [ppo]=12,26,9 [rsi]=14 [stoch]=14,3,3
  [stochrsi]=14,14,3,3 [willr]=14 [cci]=20 [roc]=10 [mom]=10 [ao]=5,34 [adx]=14 [aroon]=14 [sar]=0.02,0.2 [supertrend]=10,3 [atr]=14
  [bollinger]=20,2 [keltner]=20,2,10 [donchian]=20,0 [obv]= [mfi]=14 [ad]= [adosc]=3,10 [vwap]=0 [ichimoku]=9,26,52,26
)
# One indicator as people write it, as topics name it: rsi(21) is rsi-21, and rsi(14) is rsi.
slug() {
  local name=${1%%(*} given=() all=() i
  [ -n "${usual[$name]+known}" ] || { printf "init-topics: INDICATORS: '%s' is not an indicator\n" "$1" >&2; return 1; }
  IFS=, read -ra all <<<"${usual[$name]}"
  [[ $1 != *\(* ]] || IFS=, read -ra given <<<"$(tr -d ' )' <<<"${1#*(}")"
  for i in "${!given[@]}"; do all[i]=${given[i]}; done
  local parameters
  parameters=$(IFS=,; echo "${all[*]}")
  [ "$parameters" = "${usual[$name]}" ] && echo "$name" || echo "$name-${parameters//,/-}"
}
# The list with a line for each: white space or commas part them, but not within parentheses.
chosen() {
  tr '\n\t' '  ' <<<"${INDICATORS:-rsi bollinger vwap}" |
    sed -E ':a; s/\(([^) ]*) +/(\1/; ta; :b; s/\(([^),]*),/(\1;/; tb; s/ *\(/(/g; s/[ ,]+/\n/g; s/;/,/g' | sed '/^ *$/d'
}
topic "${TOPIC_CONFIG:-th-config}" 1 kept "$(compacted compact)"
series candles- kept
topic history-action 12 recreated "$(deleted 7)"
topic gaps 12 kept "$(compacted compact)"
series "$prefix" recreated
for indicator in $(chosen | tr '[:upper:]' '[:lower:]'); do
  [ "$indicator" != none ] || break
  name=$(slug "$indicator")
  series "$name-values-" kept
done
topic signals 10 kept "$(compacted compact)"
topic candle-revisions 10 kept "$(compacted compact,delete 90)"
topic rates 6 kept "$(compacted compact,delete 7)"
topic trade-info 1 kept "$(compacted compact)"
topic tasks 12 kept "$(deleted 7)"
topic task-state 12 kept "$(compacted compact)"
topic task-control 1 kept "$(deleted 1)"
topic task-progress 12 kept "$(deleted 1)"
topic task-results 12 kept "$(deleted 7)"
topic schedules 1 kept "$(compacted compact)"
topic promoted-indicators 1 kept "$(compacted compact)"
topic polygon-turns 1 kept "$(deleted 1)"
topic alerts 1 kept "$(compacted compact)"
topic alert-events 10 kept "$(compacted compact,delete 30)"
topic telegram-chats 1 kept "$(compacted compact)"
topic telegram-messages 1 kept "$(compacted compact,delete 30)"
topic telegram-links 1 kept "$(compacted compact,delete 1)"
for table in items offers products; do topic "catalog-$table" 10 kept "$(compacted compact)"; done
topic catalog-changes 10 kept "$(deleted 90)"
for table in partners attributes aliases; do topic "catalog-$table" 1 kept "$(compacted compact)"; done
topic dead-letters 1 kept "$(deleted 30)"

say() { printf 'init-topics: %s\n' "$*"; }
die() { printf 'init-topics: %s\n' "$*" >&2; exit 1; }

recreate=${TOPICS_RECREATE:-true}
replication=${TOPICS_REPLICATION:-}
case "$recreate" in true | false) ;; *) die "TOPICS_RECREATE is '$recreate'; allowed: true, false" ;; esac
[[ $replication =~ ^[0-9]*$ ]] || die "TOPICS_REPLICATION is '$replication'; allowed: a whole number, or nothing for the brokers' own default"
case "${1:-}" in
  "") ;;
  --print) for i in "${!names[@]}"; do echo "${names[i]} ${partitions[i]} ${recreated[i]} ${configs[i]}"; done; exit 0 ;;
  *) die "'$1' is not understood; nothing, or --print" ;;
esac

brokers=${KAFKA_CONNECT:-}
[ -n "$brokers" ] || die "KAFKA_CONNECT is not set: say where Kafka is, as host:port"
bin=
for folder in "${KAFKA_HOME:+$KAFKA_HOME/bin}" /opt/kafka/bin "$(dirname "$(command -v kafka-topics.sh || echo /none/.)")"; do
  if [ -x "$folder/kafka-topics.sh" ]; then bin=$folder; break; fi
done
[ -n "$bin" ] || die "Kafka's command line tools are not here: set KAFKA_HOME to the folder of an Apache Kafka"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Each tool lives for a moment: what the compiler of the virtual machine would gain it never earns back.
export KAFKA_OPTS="${KAFKA_OPTS:-} -XX:TieredStopAtLevel=1" KAFKA_HEAP_OPTS="${KAFKA_HEAP_OPTS:--Xmx256m}"
# Half of what a tool takes it loads the same classes as all others: the first leaves them behind, and the others find them ready.
archive=$work/tools.jsa sharing=-XX:ArchiveClassesAtExit=$work/tools.jsa

client() {
  local protocol=${KAFKA_SECURITY_PROTOCOL:-plaintext} mechanism=${KAFKA_SASL_MECHANISM:-} login=scram.ScramLoginModule
  echo "security.protocol=${protocol^^}"
  if [[ ${protocol,,} == *ssl && -n ${KAFKA_SSL_CA:-} ]]; then
    echo ssl.truststore.type=PEM
    echo "ssl.truststore.location=$KAFKA_SSL_CA"
  fi
  if [[ ${protocol,,} == *ssl && -n ${KAFKA_SSL_CERTIFICATE:-} ]]; then
    echo ssl.keystore.type=PEM
    echo "ssl.keystore.location=$KAFKA_SSL_CERTIFICATE"
    [ -z "${KAFKA_SSL_KEY_PASSWORD:-}" ] || echo "ssl.key.password=${KAFKA_SSL_KEY_PASSWORD//\\/\\\\}"
  fi
  if [[ ${protocol,,} == sasl* ]]; then
    [ "$mechanism" != PLAIN ] || login=plain.PlainLoginModule
    # In a properties file a backslash is written twice, and in the login line once more.
    local password=${KAFKA_SASL_PASSWORD:-}
    password=${password//\\/\\\\\\\\} password=${password//\"/\\\\\"}
    echo "sasl.mechanism=$mechanism"
    echo "sasl.jaas.config=org.apache.kafka.common.security.$login required username=\"${KAFKA_SASL_USERNAME:-}\" password=\"$password\";"
  fi
}
(umask 077 && client >"$work/client.properties")

kafka() { # topics|configs, arguments
  local tool=$1 said=$work/said.$BASHPID
  shift
  KAFKA_OPTS="$KAFKA_OPTS $sharing" \
    "$bin/kafka-$tool.sh" --bootstrap-server "$brokers" --command-config "$work/client.properties" "$@" >"$said" 2>&1 ||
    { cat "$said" >&2; die "kafka-$tool $* failed, see above"; }
  if [ -s "$archive" ]; then sharing=-XX:SharedArchiveFile=$archive; else sharing=; fi
}

# What there is: the line that describes each topic, by its name.
declare -A found
look() {
  local name line
  found=()
  kafka topics --describe
  while IFS= read -r line; do
    [[ $line == Topic:*PartitionCount:* ]] || continue
    name=${line#Topic: } name=${name%%[[:space:]]*}
    found[$name]=$line
  done <"$work/said.$BASHPID"
}
field() { local rest=${found[$1]#*"$2: "}; [ "$rest" = "${found[$1]}" ] || echo "${rest%%[[:space:]]*}"; }

# Those of the declared configurations of a topic that it does not have, as the alter tool wants them.
differing() { # index
  local config now=,$(field "${names[$1]}" Configs),
  local list=()
  for config in ${configs[$1]}; do
    # A value may hold commas: it goes on until the next name or the end.
    [[ $now =~ ,${config//./\\.}(,[a-z.]+=|,$) ]] || list+=("${config/compact,delete/[compact,delete]}")
  done
  (IFS=,; echo "${list[*]}")
}

complain_about_partitions() {
  local i wrong=()
  for i in "$@"; do
    if [ -n "${found[${names[i]}]:-}" ] && [ "$(field "${names[i]}" PartitionCount)" != "${partitions[i]}" ]; then
      wrong+=("${names[i]} has $(field "${names[i]}" PartitionCount) partitions, ${partitions[i]} are declared")
    fi
  done
  [ "${#wrong[@]}" -eq 0 ] && return
  printf 'init-topics: topic %s\n' "${wrong[@]}" >&2
  die "records of one instrument would lie in different places. Nothing was changed; delete the topic, or create it anew with the declared number"
}

delete() { # indexes
  local i pattern=""
  for i in "$@"; do pattern+="|${names[i]//./\\.}"; done
  kafka topics --delete --topic "${pattern#|}"
  # A deletion is done some time after the answer.
  for _ in $(seq 1 60); do
    look
    for i in "$@"; do [ -z "${found[${names[i]}]:-}" ] || continue 2; done
    return
  done
  die "waited in vain for topics to be deleted: ${pattern#|}"
}

create() { # index
  local config arguments=(--create --if-not-exists --topic "${names[$1]}" --partitions "${partitions[$1]}")
  [ -z "$replication" ] || arguments+=(--replication-factor "$replication")
  for config in ${configs[$1]}; do arguments+=(--config "$config"); done
  kafka topics "${arguments[@]}"
}

look
kept=() doomed=() missing=()
for i in "${!names[@]}"; do
  if [ -z "${found[${names[i]}]:-}" ]; then missing+=("$i")
  elif [ "$recreate" = true ] && [ "${recreated[i]}" = recreated ]; then doomed+=("$i")
  else kept+=("$i"); fi
done
complain_about_partitions "${kept[@]}"

altered=0
for i in "${kept[@]}"; do
  change=$(differing "$i")
  [ -n "$change" ] || continue
  say "altering ${names[i]}: $change"
  kafka configs --alter --entity-type topics --entity-name "${names[i]}" --add-config "$change"
  altered=$((altered + 1))
done
if [ "${#doomed[@]}" -gt 0 ]; then
  say "deleting ${#doomed[@]} topics to create them anew"
  delete "${doomed[@]}"
fi
making=()
for i in "${missing[@]}" "${doomed[@]}"; do
  say "creating ${names[i]} with ${partitions[i]} partitions"
  create "$i" &
  making+=($!)
  # Two tools at a time: each is a virtual machine of its own.
  if [ "${#making[@]}" -eq 2 ]; then wait "${making[0]}"; making=("${making[1]}"); fi
done
for one in "${making[@]}"; do wait "$one"; done

settled() {
  local i
  for i in "${!names[@]}"; do
    [ -n "${found[${names[i]}]:-}" ] && [ -z "$(differing "$i")" ] || return 1
  done
}

# The last word is what Kafka says there is now, not what it was told; a broker may show a moment later what its controller has done.
if [ $((altered + ${#making[@]})) -gt 0 ]; then
  for _ in 1 2 3 4 5; do
    look
    ! settled || break
  done
fi
for i in "${!names[@]}"; do
  [ -n "${found[${names[i]}]:-}" ] || die "${names[i]} is still not there"
  [ -z "$(differing "$i")" ] || die "${names[i]} still differs: $(differing "$i")"
  copies=$(field "${names[i]}" ReplicationFactor)
  [ -z "$replication" ] || [ "$copies" -ge "$replication" ] ||
    echo "init-topics: ${names[i]} has $copies copies, fewer than $replication: add them with kafka-reassign-partitions" >&2
done
complain_about_partitions "${!names[@]}"
say "${#names[@]} topics are as declared: ${#missing[@]} created, ${#doomed[@]} created anew, $altered altered"
