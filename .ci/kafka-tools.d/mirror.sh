# MirrorMaker 2 copies topics from a Kafka 4.3.1 to the broker, and others from the broker to Kafka.
source "${BASH_SOURCE[0]%/*}/common.sh"
kafka=localhost:$((FIRST_PORT + 20))
broker=$(broker_address)
records=2000

start_broker 0
cat >"$SCRATCH/kafka.properties" <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:$((FIRST_PORT + 21))
listeners=PLAINTEXT://$kafka,CONTROLLER://localhost:$((FIRST_PORT + 21))
advertised.listeners=PLAINTEXT://$kafka
controller.listener.names=CONTROLLER
log.dirs=$SCRATCH/kafka
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
EOF
run kafka.tools.StorageTool format --cluster-id "$(run kafka.tools.StorageTool random-uuid)" --config "$SCRATCH/kafka.properties" >/dev/null
start kafka "$java" "${jvm[@]}" -Xmx512m -Dorg.slf4j.simpleLogger.log.kafka.server=info kafka.Kafka "$SCRATCH/kafka.properties"

# A: Kafka, B: the broker. Each direction has its own topics. The names stay, and so do the configurations.
cat >"$SCRATCH/mirror.properties" <<EOF
clusters=A,B
A.bootstrap.servers=$kafka
B.bootstrap.servers=$broker
A->B.enabled=true
A->B.topics=out.*
A->B.groups=readers
B->A.enabled=true
B->A.topics=back.*
B->A.groups=returners
replication.policy.class=org.apache.kafka.connect.mirror.IdentityReplicationPolicy
replication.factor=1
checkpoints.topic.replication.factor=1
heartbeats.topic.replication.factor=1
offset-syncs.topic.replication.factor=1
offset.storage.replication.factor=1
status.storage.replication.factor=1
config.storage.replication.factor=1
sync.group.offsets.enabled=true
sync.group.offsets.interval.seconds=1
emit.checkpoints.interval.seconds=1
refresh.topics.interval.seconds=2
refresh.groups.interval.seconds=2
sync.topic.configs.interval.seconds=2
offset.lag.max=0
offset.flush.interval.ms=1000
offset.storage.partitions=2
status.storage.partitions=1
dedicated.mode.enable.internal.rest=false
plugin.discovery=service_load
EOF
await_broker 0
await 60 "Kafka has started" grep -q 'Kafka Server started' "$SCRATCH/kafka.log"

at() { # ADDRESS CLASS ARGUMENT...
  local address=$1 class=$2
  shift 2
  run "$class" --bootstrap-server "$address" "$@"
}
configs_at() { # ADDRESS TOPIC
  at "$1" kafka.admin.ConfigCommand --entity-type topics --entity-name "$2" --describe | sed 's/ sensitive=.*//; 1d' | sort
}
all_at() { # ADDRESS TOPIC PARTITION: offset, time, key, value and headers
  at "$1" org.apache.kafka.tools.consumer.ConsoleConsumer --topic "$2" --partition "$3" --offset earliest --timeout-ms 5000 \
    --formatter-property print.offset=true --formatter-property print.timestamp=true --formatter-property print.key=true \
    --formatter-property print.headers=true 2>/dev/null
}
ends_at() { at "$1" org.apache.kafka.tools.GetOffsetShell --topic "$2" 2>/dev/null | sort; }
has_ends() { [[ $(ends_at "$1" "$2") == "$3" ]]; }
group_at() { # ADDRESS GROUP: topic, partition and offset
  at "$1" org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --describe --group "$2" 2>/dev/null |
    awk '$1 == "'"$2"'" { print $2, $3, $4 }' | sort
}
has_group() { [[ -n $3 && $(group_at "$1" "$2") == "$3" ]]; }
has_configs() { [[ $(configs_at "$1" "$2") == "$3" ]]; }

fill() { # ADDRESS TOPIC GROUP CONFIGURATION
  at "$1" org.apache.kafka.tools.TopicCommand --create --topic "$2" --partitions 3 ${4:+$4} >/dev/null
  seq 1 "$records" | awk '{ print "source:'"$2"',number:" $1 "\tkey " $1 "\tvalue " $1 }' |
    at "$1" org.apache.kafka.tools.ConsoleProducer --topic "$2" --reader-property parse.key=true --reader-property parse.headers=true
  at "$1" org.apache.kafka.tools.consumer.ConsoleConsumer --topic "$2" --group "$3" --from-beginning --max-messages "$records" \
    --timeout-ms 20000 >/dev/null 2>&1
}

fill "$kafka" out-1 readers '--config cleanup.policy=compact,delete --config retention.ms=7200000 --config max.message.bytes=300000'
fill "$broker" back-1 returners '--config retention.bytes=900000000 --config max.message.bytes=400000'
start mirror "$java" "${jvm[@]}" org.apache.kafka.connect.mirror.MirrorMaker "$SCRATCH/mirror.properties"

compare() { # FROM TO TOPIC GROUP
  local ends group partition configs
  ends=$(ends_at "$1" "$3")
  await 90 "$2 has all records of $3" has_ends "$2" "$3" "$ends"
  for partition in 0 1 2; do
    all_at "$2" "$3" "$partition" | expect "$3-$partition" "$(all_at "$1" "$3" "$partition")" >/dev/null
  done
  configs=$(configs_at "$1" "$3")
  await 60 "$2 has the configuration of $3" has_configs "$2" "$3" "$configs"
  echo "# configuration of $3 in both"$'\n'"$configs"$'\n'
  group=$(group_at "$1" "$4")
  await 60 "$2 has the offsets of the group $4" has_group "$2" "$4" "$group"
  echo "# offsets of the group $4 in both"$'\n'"$group"$'\n'
}
compare "$kafka" "$broker" out-1 readers
compare "$broker" "$kafka" back-1 returners
finish "$records records in each direction: offsets, times, keys, values, headers, configurations and groups are equal"
