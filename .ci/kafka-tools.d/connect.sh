# Connect standalone: FileStreamSource reads lines of a file into a topic, FileStreamSink writes them to another file.
source "${BASH_SOURCE[0]%/*}/common.sh"
bootstrap=$(broker_address)
lines=20000

start_broker 0
seq -f 'line %.0f' 1 "$lines" >"$SCRATCH/input"
cat >"$SCRATCH/worker.properties" <<EOF
bootstrap.servers=$bootstrap
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
offset.storage.file.filename=$SCRATCH/offsets
offset.flush.interval.ms=1000
listeners=http://localhost:$((FIRST_PORT + 10))
plugin.discovery=service_load
EOF
cat >"$SCRATCH/source.properties" <<EOF
name=source
connector.class=org.apache.kafka.connect.file.FileStreamSourceConnector
file=$SCRATCH/input
topic=lines
EOF
cat >"$SCRATCH/sink.properties" <<EOF
name=sink
connector.class=org.apache.kafka.connect.file.FileStreamSinkConnector
file=$SCRATCH/output
topics=lines
EOF
await_broker 0
worker() {
  start worker "$java" "${jvm[@]}" org.apache.kafka.connect.cli.ConnectStandalone "$SCRATCH/worker.properties" "$SCRATCH/source.properties" \
    "$SCRATCH/sink.properties"
}
is_copied() { cmp -s "$SCRATCH/input" "$SCRATCH/output"; }

worker
await 60 "the files are equal" is_copied

# The offsets of the source are in a file, those of the sink are in a group: a new worker continues, and repeats nothing.
stop worker
seq -f 'line %.0f' "$((lines + 1))" "$((lines + 1000))" >>"$SCRATCH/input"
worker
await 60 "the files are equal after a restart of the worker" is_copied
stop worker
md5sum "$SCRATCH/input" "$SCRATCH/output"
finish "$(wc -l <"$SCRATCH/output") lines through a topic, the files are equal"
