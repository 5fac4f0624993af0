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

# On a busy machine a broker may be too slow, so that another one takes it over. It ends with 3, and an operator starts it again.
taken_over=0
has_ended() {
  local id=${1#broker-} status=0
  [[ $1 == broker-* ]] || fail "the process $1 has ended"
  wait "${processes[$1]}" || status=$?
  ((status == 3)) || fail "broker $id has ended with $status"
  taken_over=$((taken_over + 1))
  start_broker_again "$id"
}

"$java" "${jvm[@]}" "${BASH_SOURCE[0]%/*}/SmokeTest.java" "$bootstrap" 20 "$((seconds * 20))" "$seconds" >"$SCRATCH/driver.log" 2>&1 &
driver=$!
driver_has_ended() { [[ ! -e /proc/$driver ]]; }
await 60 "the driver creates topics" grep -q 'topics are created' "$SCRATCH/driver.log"
start client "$java" "${jvm[@]}" -Xmx512m org.apache.kafka.streams.tests.StreamsSmokeTest "$SCRATCH/client.properties" process
await 90 "the client processes records" grep -q 'processed' "$SCRATCH/client.log"

# Brokers end while the driver writes. Then it verifies.
stopped=0
while ! driver_has_ended && ! grep -q 'numbers are written' "$SCRATCH/driver.log"; do
  ((stopped % 2)) && signal=TERM || signal=KILL
  restart_broker "$((stopped % 3))" "$signal"
  stopped=$((stopped + 1))
done
await 300 "the end of the driver" driver_has_ended
wait "$driver" || fail "the results are wrong: $(tail -n 60 "$SCRATCH/driver.log")"
grep -q '^verified$' "$SCRATCH/driver.log" || fail "the driver has verified nothing"
((stopped > 0)) || fail "no broker was stopped"
stop client
finish "exactly_once_v2: all results are right; brokers were killed or stopped $stopped times, and taken over $taken_over times"
