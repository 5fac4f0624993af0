# Connect distributed: two workers run a source and a sink with several tasks. A worker is killed, and the broker restarts.
source "${BASH_SOURCE[0]%/*}/common.sh"
bootstrap=$(broker_address)
tasks=4
lines=5000

start_broker 0
await_broker 0
for ((i = 0; i < tasks; i++)); do : >"$SCRATCH/input-$i"; done

port_of_worker() { echo $((FIRST_PORT + 10 + $1)); }
start_worker() { # NUMBER
  cat >"$SCRATCH/worker-$1.properties" <<EOF
bootstrap.servers=$bootstrap
group.id=connect
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
config.storage.topic=connect-configs
offset.storage.topic=connect-offsets
status.storage.topic=connect-status
offset.storage.partitions=2
config.storage.replication.factor=1
offset.storage.replication.factor=1
status.storage.replication.factor=1
offset.flush.interval.ms=500
session.timeout.ms=6000
heartbeat.interval.ms=1000
scheduled.rebalance.max.delay.ms=1000
listeners=http://localhost:$(port_of_worker "$1")
plugin.discovery=service_load
EOF
  start "worker-$1" "$java" "${jvm[@]}" org.apache.kafka.connect.cli.ConnectDistributed "$SCRATCH/worker-$1.properties"
}

worker_of_requests=0
rest() { # METHOD PATH [JSON]: asks a worker that runs
  curl -sf --max-time 30 -X "$1" -H 'Content-Type: application/json' ${3:+-d "$3"} "http://localhost:$(port_of_worker "$worker_of_requests")$2"
}

# A source has one task. Its connector of the number N reads the file input-N into the topic lines-N.
create_connectors() {
  local i
  for ((i = 0; i < tasks; i++)); do
    rest PUT "/connectors/source-$i/config" "{\"connector.class\": \"org.apache.kafka.connect.file.FileStreamSourceConnector\",
      \"tasks.max\": \"1\", \"file\": \"$SCRATCH/input-$i\", \"topic\": \"lines-$i\"}" || return 1
    rest PUT "/connectors/sink-$i/config" "{\"connector.class\": \"org.apache.kafka.connect.file.FileStreamSinkConnector\",
      \"tasks.max\": \"1\", \"file\": \"$SCRATCH/output-$i\", \"topics\": \"lines-$i\"}" || return 1
  done
}
running_tasks_of() { # NUMBER OF WORKER
  local i kind
  for ((i = 0; i < tasks; i++)); do
    for kind in source sink; do rest GET "/connectors/$kind-$i/status" | sed 's/.*"tasks"//'; echo; done
  done | grep -c "RUNNING.*:$(port_of_worker "$1")\"" || true
}
are_running_on_both() { (($(running_tasks_of 0) > 0 && $(running_tasks_of 1) > 0 && $(running_tasks_of 0) + $(running_tasks_of 1) == 2 * tasks)); }
are_running_on_first() { (($(running_tasks_of 0) == 2 * tasks)); }

written=0
write_lines() {
  local i
  for ((i = 0; i < tasks; i++)); do seq -f "file $i line %.0f" "$((written + 1))" "$((written + lines))" >>"$SCRATCH/input-$i"; done
  written=$((written + lines))
}
are_equal() { # COMPARISON
  local i
  for ((i = 0; i < tasks; i++)); do "$1" "$SCRATCH/input-$i" "$SCRATCH/output-$i" || return 1; done
}
are_same_files() { are_equal 'cmp -s'; }

# After a failure Connect delivers at least once: lines may be repeated, and none may be missing or out of order.
has_every_line() { # INPUT OUTPUT
  awk 'NR == FNR { expected[NR] = $0; next } $0 == expected[next_line + 1] { next_line++ } END { exit next_line != length(expected) }' "$1" "$2"
}
has_no_foreign_line() { awk 'NR == FNR { known[$0] = 1; next } !($0 in known) { exit 1 }' "$1" "$2"; }

start_worker 0
await 60 "a worker creates the connectors" create_connectors
start_worker 1
await 60 "both workers run tasks" are_running_on_both
