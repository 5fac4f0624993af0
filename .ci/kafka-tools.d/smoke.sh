# The smoke test of Kafka Streams with exactly_once_v2: its driver writes numbers, and verifies the sums, counts, windows and joins
# that its client computes. Three brokers on one store are killed or stopped one after the other while it runs, and start again.
source "${BASH_SOURCE[0]%/*}/common.sh"
bootstrap=$(broker_address 0),$(broker_address 1),$(broker_address 2)
seconds=${SMOKE_SECONDS:-25}

for id in 0 1 2; do start_broker "$id"; done
cat >"$SCRATCH/client.properties" <<EOF
bootstrap.servers=$bootstrap
processing.guarantee=exactly_once_v2
state.dir=$SCRATCH/state
num.stream.threads=2
replication.factor=1
EOF
for id in 0 1 2; do await_broker "$id"; done

start driver "$java" "${jvm[@]}" "${BASH_SOURCE[0]%/*}/SmokeTest.java" "$bootstrap" 20 "$((seconds * 20))" "$seconds"
driver=${processes[driver]}
await 60 "the driver creates topics" grep -q 'topics are created' "$SCRATCH/driver.log"
start client "$java" "${jvm[@]}" -Xmx512m org.apache.kafka.streams.tests.StreamsSmokeTest "$SCRATCH/client.properties" process
await 90 "the client processes records" grep -q 'processed' "$SCRATCH/client.log"

# The driver writes for the given time, then it verifies. Brokers end during the first of these.
end=$((SECONDS + seconds))
ended=0
unset 'processes[driver]' # so that it may end during a wait
for ((i = 0; SECONDS < end; i++)); do
  ((i % 2)) && signal=TERM || signal=KILL
  restart_broker "$((i % 3))" "$signal"
  ended=$((ended + 1))
done
wait "$driver" || fail "the results are wrong: $(tail -n 60 "$SCRATCH/driver.log")"
grep -q '^verified$' "$SCRATCH/driver.log" || fail "the driver has verified nothing"
stop client
grep -E 'SUCCESS|verified|PROCESSED' "$SCRATCH/driver.log" || true
finish "exactly_once_v2: results are right; $ended times a broker was killed or stopped"
