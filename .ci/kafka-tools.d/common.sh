# Functions of all parts: brokers, programs of Kafka, waits and comparisons. Sourced by each part, which has these variables:
# HOME_DIR is the checkout, PROGRAMS the directory of Kafka's jars, SCRATCH an empty directory, FIRST_PORT the port of broker 0.
set -euo pipefail

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jvm=(-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:SharedArchiveFile="$PROGRAMS/classes.jsa" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
  -Xlog:disable -Dorg.slf4j.simpleLogger.showDateTime=true -cp "$PROGRAMS/*")
declare -A processes=() # the running processes by name

cleanup() {
  local status=$? name pid
  for pid in $(jobs -p); do kill -KILL "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  if ((status)); then
    for name in "$SCRATCH"/*.log; do
      [[ -f $name ]] && echo "--- end of ${name##*/}" >&2 && grep -v 'Started o.e.j.s' "$name" | tail -n 8 >&2
    done
  fi
  exit "$status"
}
trap cleanup EXIT
trap 'exit 143' TERM INT

fail() {
  echo "$*" >&2
  exit 1
}

# The output of a process is in SCRATCH/NAME.log.
start() { # NAME COMMAND...
  local name=$1
  shift
  "$@" >>"$SCRATCH/$name.log" 2>&1 </dev/null &
  processes[$name]=$!
}

stop() { # NAME [SIGNAL]: waits until the process has ended
  local pid=${processes[$1]}
  unset "processes[$1]"
  kill "-${2:-TERM}" "$pid"
  wait "$pid" || true
}

# Repeats a command until it succeeds. Fails when it does not within the time, or when a process has ended by itself.
await() { # SECONDS DESCRIPTION COMMAND...
  local end=$((SECONDS + $1)) description=$2 name
  shift 2
  until "$@"; do
    ((SECONDS < end)) || fail "waited in vain for: $description"
    for name in "${!processes[@]}"; do
      [[ -e /proc/${processes[$name]} ]] || has_ended "$name"
    done
    sleep 0.2
  done
}

# A process has ended by itself. A part may define this function anew.
has_ended() { fail "the process $1 has ended"; } # NAME

broker_address() { echo "localhost:$((FIRST_PORT + ${1:-0}))"; }

# All brokers have one store.
start_broker() { # ID
  start "broker-$1" "$HOME_DIR/bin/s3stream-kafka" --id "$1" --storage "file://$SCRATCH/objects" --wal 'store:/?linger=2ms' \
    --listen "$(broker_address "$1")"
}

await_broker() { # ID
  await 120 "broker $1 is ready" grep -q 'is ready at' "$SCRATCH/broker-$1.log"
}

start_broker_again() { # ID: it has ended
  mv "$SCRATCH/broker-$1.log" "$SCRATCH/broker-$1.before.log"
  start_broker "$1"
}

restart_broker() { # ID SIGNAL
  stop "broker-$1" "$2"
  start_broker_again "$1"
  await_broker "$1"
}

# Runs a class of Kafka to its end; at most two minutes.
run() { timeout 120 "$java" "${jvm[@]}" "$@"; } # CLASS ARGUMENT...

topics() { run org.apache.kafka.tools.TopicCommand --bootstrap-server "$bootstrap" "$@"; }
produce() { run org.apache.kafka.tools.ConsoleProducer --bootstrap-server "$bootstrap" "$@"; }
consume() { run org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server "$bootstrap" "$@"; }

# Compares the standard input with the expected text, and prints it under its title. The part goes on after a difference.
expect() { # TITLE EXPECTED
  local actual
  actual=$(cat)
  printf '%s\n%s\n\n' "# $1" "$actual"
  [[ $actual == "$2" ]] || printf '%s\n' "$1:" "$(diff <(echo "$2") <(echo "$actual") | head -n 40)" | tee -a "$SCRATCH/differences" >&2
}

# The last command of a part.
finish() { # ANSWER
  [[ ! -e $SCRATCH/differences ]] || fail "the output differs: $(grep -c ':$' "$SCRATCH/differences") times"
  echo "$1"
}
