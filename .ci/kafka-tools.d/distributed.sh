# Connect distributed: two workers run sources with exactly-once delivery, and sinks. A worker is killed, and the broker restarts.
source "${BASH_SOURCE[0]%/*}/common.sh"
bootstrap=$(broker_address)
pairs=4
lines=5000

start_broker 0
await_broker 0
for ((i = 0; i < pairs; i++)); do : >"$SCRATCH/input-$i"; done

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
exactly.once.source.support=enabled
EOF
  start "worker-$1" "$java" "${jvm[@]}" org.apache.kafka.connect.cli.ConnectDistributed "$SCRATCH/worker-$1.properties"
}

# The worker 0 runs always and answers all requests.
rest() { # METHOD PATH [JSON]
  curl -sf --max-time 30 -X "$1" -H 'Content-Type: application/json' ${3:+-d "$3"} "http://localhost:$(port_of_worker 0)$2"
}
connector() { # NAME CLASS SETTINGS
  rest PUT "/connectors/$1/config" "{\"connector.class\": \"org.apache.kafka.connect.file.$2Connector\", \"tasks.max\": \"1\", $3}" >/dev/null
}
create_connectors() {
  local i
  for ((i = 0; i < pairs; i++)); do
    connector "source-$i" FileStreamSource "\"file\": \"$SCRATCH/input-$i\", \"topic\": \"lines-$i\"" || return 1
    connector "sink-$i" FileStreamSink "\"file\": \"$SCRATCH/output-$i\", \"topics\": \"lines-$i\"" || return 1
  done
}
running_tasks() { # NUMBER OF WORKER
  rest GET '/connectors?expand=status' | grep -o "\"id\":0,\"state\":\"RUNNING\",\"worker_id\":\"[^\"]*:$(port_of_worker "$1")\"" | wc -l
}
both_run_tasks() { (($(running_tasks 0) > 0 && $(running_tasks 1) > 0 && $(running_tasks 0) + $(running_tasks 1) == 2 * pairs)); }
first_runs_all_tasks() { (($(running_tasks 0) == 2 * pairs)); }

written=0
write_lines() {
  local i
  for ((i = 0; i < pairs; i++)); do seq -f "file $i line %.0f" "$((written + 1))" "$((written + lines))" >>"$SCRATCH/input-$i"; done
  written=$((written + lines))
}
are_equal() {
  local i
  for ((i = 0; i < pairs; i++)); do cmp -s "$SCRATCH/input-$i" "$SCRATCH/output-$i" || return 1; done
}
# A sink delivers at least once: after a failure it may repeat lines. No line may be missing, new or before its turn.
are_equal_without_repetitions() {
  local i
  for ((i = 0; i < pairs; i++)); do cmp -s "$SCRATCH/input-$i" <(awk '!seen[$0]++' "$SCRATCH/output-$i") || return 1; done
}
has_begun() { (($(wc -l <"$SCRATCH/output-0") > written - lines)); }

start_worker 0
await 60 "a worker creates the connectors" create_connectors
start_worker 1
await 60 "both workers run tasks" both_run_tasks

write_lines
await 60 "the files are equal" are_equal

write_lines
await 60 "lines arrive" has_begun
stop worker-1 KILL
await 60 "the first worker runs all tasks" first_runs_all_tasks
write_lines
await 60 "the files are equal after the end of a worker" are_equal_without_repetitions

start_worker 1
await 60 "both workers run tasks again" both_run_tasks
write_lines
await 60 "lines arrive" has_begun
restart_broker 0 KILL
write_lines
await 120 "the files are equal after a restart of the broker" are_equal_without_repetitions

# The sources write with transactions, so each line is in its topic once.
for ((i = 0; i < pairs; i++)); do
  consume --topic "lines-$i" --from-beginning --max-messages "$written" --timeout-ms 30000 --isolation-level read_committed \
    2>/dev/null | expect "topic lines-$i" "$(<"$SCRATCH/input-$i")" >/dev/null
done
topics --describe | grep -o 'Topic: connect-[a-z]*.*Configs: .*' | grep -o 'connect-[a-z]*\|cleanup.policy=[a-z]*' | paste - - | sort |
  expect "internal topics" $'connect-configs\tcleanup.policy=compact\nconnect-offsets\tcleanup.policy=compact\nconnect-status\tcleanup.policy=compact'
finish "$pairs files of $written lines through topics; a worker and the broker were killed; each line is in its topic once"
