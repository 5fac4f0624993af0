# Catch-up reads: a topic is written, the broker restarts so that its caches are empty, and a consumer reads from the beginning.
source "${BASH_SOURCE[0]%/*}/common.sh"
bootstrap=$(broker_address)
records=${CATCH_UP_RECORDS:-200000} # of 1 KiB
start_broker 0
await_broker 0
topics --create --topic history --partitions 4 >/dev/null
run org.apache.kafka.tools.ProducerPerformance --bootstrap-server "$bootstrap" --topic history --num-records "$records" --record-size 1024 \
  --throughput -1 --command-property acks=all batch.size=65536 linger.ms=5 2>&1 | tail -n 1
restart_broker 0 TERM
run org.apache.kafka.tools.ConsumerPerformance --bootstrap-server "$bootstrap" --topic history --num-records "$records" --timeout 30000 \
  2>/dev/null | tail -n 1 | tee "$SCRATCH/read"
awk -F', ' '{ print $5 }' "$SCRATCH/read" | expect 'records' "$records"
finish "$records records of 1 KiB from object storage: $(awk -F', ' '{ print $9 }' "$SCRATCH/read") MB/s"
