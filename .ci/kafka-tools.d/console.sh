# The command-line tools of Kafka, with the expected output of each.
source "${BASH_SOURCE[0]%/*}/common.sh"
bootstrap=$(broker_address)
start_broker 0
seq 1 1000 | sed 's/.*/key &:value &/' >"$SCRATCH/records"
await_broker 0

# Standard output and errors without empty lines, warnings, spaces at the end and stack traces; several spaces become one.
tidy() { sed -E '/^\s*$/d; /^(Warn|The consumer rebalance)/d; /^\s+at |^Caused by|\[main\] ERROR/d; s/\s+/ /g; s/^ //; s/ $//'; }
tool() { # CLASS ARGUMENT...
  local class=$1
  shift
  { run "$class" --bootstrap-server "$bootstrap" "$@" 2>&1 || true; } | tidy
}
topics() { tool org.apache.kafka.tools.TopicCommand "$@"; }
offsets() { tool org.apache.kafka.tools.GetOffsetShell --topic orders "$@"; }
group() { tool org.apache.kafka.tools.consumer.group.ConsumerGroupCommand "$@"; }
reset() { group --group readers --topic orders --reset-offsets "$@"; }
configs() { tool kafka.admin.ConfigCommand --entity-type topics --entity-name orders "$@"; }
transactions() { tool org.apache.kafka.tools.TransactionsCommand "$@"; }
read_group() { # RECORDS: their values
  consume --topic orders --group readers --from-beginning --max-messages "$1" --timeout-ms 30000 2>/dev/null
}

# Topics
topics --create --topic orders --partitions 3 --replication-factor 3 --config retention.ms=3600000 |
  expect 'topics: create' 'Created topic orders.'
topics --create --topic orders | expect 'topics: create again' "Error while executing topic command : Topic 'orders' already exists."
topics --list | expect 'topics: list' orders
topics --describe --topic orders | sed 's/TopicId: [^ ]*/TopicId: …/' | expect 'topics: describe' \
  "Topic: orders TopicId: … PartitionCount: 3 ReplicationFactor: 1 Configs: retention.ms=3600000
Topic: orders Partition: 0 Leader: 0 Replicas: 0 Isr: 0 Elr: LastKnownElr:
Topic: orders Partition: 1 Leader: 0 Replicas: 0 Isr: 0 Elr: LastKnownElr:
Topic: orders Partition: 2 Leader: 0 Replicas: 0 Isr: 0 Elr: LastKnownElr:"

# Records. The partitions of the keys are those of Kafka's partitioner.
produce --topic orders --command-property acks=all --reader-property parse.key=true --reader-property key.separator=: <"$SCRATCH/records"
offsets | expect 'get-offsets: ends' $'orders:0:359\norders:1:326\norders:2:315'
offsets --time earliest | expect 'get-offsets: starts' $'orders:0:0\norders:1:0\norders:2:0'
read_group 1000 | sort | expect 'console-consumer: all records, with a group' "$(cut -d: -f2 "$SCRATCH/records" | sort)" >/dev/null

# Acknowledgements: each record is counted as sent, and is in the log.
topics --create --topic acks --partitions 1 >/dev/null
expected=0
for acks in 0 1 all; do
  run org.apache.kafka.tools.ProducerPerformance --bootstrap-server "$bootstrap" --topic acks --num-records 2000 --record-size 100 \
    --throughput -1 --command-property acks=$acks 2>/dev/null | tail -n 1 >"$SCRATCH/acks-$acks"
  cut -d, -f1 "$SCRATCH/acks-$acks" | expect "producer-perf-test with acks=$acks" '2000 records sent'
  expected=$((expected + 2000))
  tool org.apache.kafka.tools.GetOffsetShell --topic acks | expect "get-offsets after acks=$acks" "acks:0:$expected"
done
topics --delete --topic acks >/dev/null

# Groups: lag, and all ways to reset offsets
lags() { group --describe --group readers | awk '$1 == "readers" { print $2, $3, $4, $5, $6 }'; }
lags | expect 'consumer-groups: partition, offset, end and lag' \
  $'orders 0 359 359 0\norders 1 326 326 0\norders 2 315 315 0'
sed 's/value/more/' "$SCRATCH/records" | head -n 500 |
  produce --topic orders --command-property acks=all --reader-property parse.key=true --reader-property key.separator=:
lags | awk '{ lag += $5; end += $4 } END { print "ends", end, "lag", lag }' | expect 'consumer-groups: lag after 500 more' 'ends 1500 lag 500'
read_group 500 | sort | expect 'console-consumer: the group continues' "$(head -n 500 "$SCRATCH/records" | sed 's/.*:value/more/' | sort)" >/dev/null
group --list --state --type | expect 'consumer-groups: list' $'GROUP TYPE STATE\nreaders Classic Empty'

title=$'GROUP TOPIC PARTITION NEW-OFFSET\n'
reset --to-offset 100 --execute | expect 'consumer-groups: reset to an offset' \
  "$title"$'readers orders 0 100\nreaders orders 1 100\nreaders orders 2 100'
reset --shift-by -10 --execute | expect 'consumer-groups: reset by a number' \
  "$title"$'readers orders 0 90\nreaders orders 1 90\nreaders orders 2 90'
reset --to-datetime 2020-01-01T00:00:00.000 --dry-run | expect 'consumer-groups: reset to a time, dry run' \
  "$title"$'readers orders 0 0\nreaders orders 1 0\nreaders orders 2 0'
reset --to-current --export --dry-run | tee "$SCRATCH/offsets" | expect 'consumer-groups: export' \
  $'orders,0,90\norders,1,90\norders,2,90'
reset --to-latest --execute | awk '{ sum += $4 } END { print sum }' | expect 'consumer-groups: reset to the ends' 1500
group --group readers --reset-offsets --from-file "$SCRATCH/offsets" --execute | expect 'consumer-groups: reset from a file' \
  "$title"$'readers orders 0 90\nreaders orders 1 90\nreaders orders 2 90'
reset --to-earliest --execute >/dev/null
read_group 1500 | wc -l | expect 'console-consumer: all records again after a reset' 1500
group --group readers --topic orders:1 --delete-offsets | tail -n 1 | expect 'consumer-groups: delete offsets' 'orders 1 Successful'
group --group readers --delete | expect 'consumer-groups: delete' "Deletion of requested consumer groups ('readers') was successful."

# Configurations
configs --alter --add-config retention.ms=7200000,max.message.bytes=200000 | expect 'configs: change' 'Completed updating config for topic orders.'
configs --describe | sed 's/ sensitive=.*//' | expect 'configs: describe' \
  $'Dynamic configs for topic orders are:\nmax.message.bytes=200000\nretention.ms=7200000'
configs --alter --delete-config retention.ms,max.message.bytes >/dev/null
configs --describe | expect 'configs: the defaults again' 'Dynamic configs for topic orders are:'
configs --alter --add-config no.such.key=1 | grep -o 'InvalidConfigurationException: no.such.key=1: unknown key' |
  expect 'configs: an unknown key' 'InvalidConfigurationException: no.such.key=1: unknown key'

# Records are deleted up to an offset.
echo '{"version": 1, "partitions": [{"topic": "orders", "partition": 0, "offset": 50}]}' >"$SCRATCH/delete.json"
tool org.apache.kafka.tools.DeleteRecordsCommand --offset-json-file "$SCRATCH/delete.json" | tail -n 1 |
  expect 'delete-records' 'partition: orders-0 low_watermark: 50'
offsets --time earliest | expect 'get-offsets: starts after delete-records' $'orders:0:50\norders:1:0\norders:2:0'

# Transactions. The copier commits or aborts each one at random, and repeats the aborted ones. It keeps the partition of a record.
topics --create --topic copy --partitions 3 >/dev/null
run org.apache.kafka.tools.TransactionalMessageCopier --broker-list "$bootstrap" --input-topic orders --input-partition 1 \
  --output-topic copy --consumer-group copiers --transactional-id copier --transaction-size 20 --max-messages 300 \
  --enable-random-aborts >/dev/null 2>&1
committed() { consume --topic copy --from-beginning --isolation-level read_committed --timeout-ms 4000 2>/dev/null; }
committed | expect 'transactions: committed records' "$(consume --topic orders --partition 1 --offset earliest --max-messages 300 \
  --timeout-ms 20000 2>/dev/null)" >/dev/null
group --describe --group copiers | awk '$1 == "copiers" { print $2, $3, $4 }' | expect 'transactions: committed offset' 'orders 1 300'
transactions list | awk 'NR > 1 { print $1, $2, $4 }' | grep -E '^copier 0 Complete(Commit|Abort)$' | sed 's/Complete.*/Complete…/' |
  expect 'transactions: list' 'copier 0 Complete…'
transactions describe --transactional-id copier | awk 'NR == 2 { print $1, $2, $3 }' | sed 's/[0-9]*$/…/' >/dev/null
transactions find-hanging --topic copy | wc -l | expect 'transactions: none hangs' 1

# Elections and reassignments: the first replica is the only one.
tool org.apache.kafka.tools.LeaderElectionCommand --election-type preferred --topic orders --partition 0 |
  expect 'leader-election' 'Valid replica already elected for partitions orders-0'
tool org.apache.kafka.tools.reassign.ReassignPartitionsCommand --list | expect 'reassign-partitions: list' 'No partition reassignments found.'

# The cluster
tool org.apache.kafka.tools.FeatureCommand describe | grep -o 'transaction.version.*FinalizedVersionLevel: [0-9]' |
  expect 'features' 'transaction.version SupportedMinVersion: 0 SupportedMaxVersion: 2 FinalizedVersionLevel: 2'
tool org.apache.kafka.tools.BrokerApiVersionsCommand | head -n 1 |
  expect 'broker-api-versions' "$bootstrap (id: 0 rack: null isFenced: false) -> ("
tool org.apache.kafka.tools.LogDirsCommand --describe --topic-list copy | grep -o '"partition":"copy-0"' | expect 'log-dirs' '"partition":"copy-0"'

topics --alter --topic orders --partitions 4 >/dev/null
topics --describe --topic orders | head -n 1 | grep -o 'PartitionCount: 4' | expect 'topics: more partitions' 'PartitionCount: 4'
topics --delete --topic orders >/dev/null
topics --list | expect 'topics: list after a deletion' $'__consumer_offsets\n__transaction_state\ncopy'
finish 'the output of 15 tools is as expected'
