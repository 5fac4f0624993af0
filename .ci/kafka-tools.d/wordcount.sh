# Kafka Streams: WordCountDemo of Kafka counts the words of 3000 lines. The application restarts after half of them.
source "${BASH_SOURCE[0]%/*}/common.sh"
bootstrap=$(broker_address)
start_broker 0
words=(stream table record offset batch commit leader epoch)
for ((i = 1; i <= 3000; i++)); do echo "${words[i % 8]} ${words[i * i % 8]} number$((i % 5))"; done >"$SCRATCH/lines"
cat >"$SCRATCH/streams.properties" <<EOF
bootstrap.servers=$bootstrap
application.id=wordcount
state.dir=$SCRATCH/state
commit.interval.ms=200
EOF
await_broker 0
topics --create --topic streams-plaintext-input --partitions 3 >/dev/null
topics --create --topic streams-wordcount-output --partitions 1 --config cleanup.policy=compact >/dev/null

demo() { start demo "$java" "${jvm[@]}" org.apache.kafka.streams.examples.wordcount.WordCountDemo "$SCRATCH/streams.properties"; }

# The output has a record for each change of a count. The last one of a word is its count.
counts() { # SECONDS WITHOUT A RECORD
  consume --topic streams-wordcount-output --from-beginning --timeout-ms 4000 --formatter-property print.key=true \
    --formatter-property key.separator=' ' --formatter-property value.deserializer=org.apache.kafka.common.serialization.LongDeserializer \
    2>/dev/null | awk '{ count[$1] = $2 } END { for (word in count) print word, count[word] }' | sort
}
expected() { tr ' ' '\n' | sort | uniq -c | awk '{ print $2, $1 }' | sort; }
are_counted() { [[ $(counts) == "$1" ]]; }

demo
head -n 1500 "$SCRATCH/lines" | produce --topic streams-plaintext-input
await 60 "the counts of the first half" are_counted "$(head -n 1500 "$SCRATCH/lines" | expected)"
stop demo
tail -n +1501 "$SCRATCH/lines" | produce --topic streams-plaintext-input
demo
await 60 "the counts of all lines" are_counted "$(expected <"$SCRATCH/lines")"
counts | expect "counts" "$(expected <"$SCRATCH/lines")"
finish "3000 lines, $(wc -l < <(expected <"$SCRATCH/lines")) words, the counts are right"
