# Appends numbered lines with each codec of librdkafka, and reads them by assignment. Creates the topic by naming it.
set -euo pipefail
broker=$1 topic=$2 records=$3
codecs=(none gzip snappy lz4 zstd)
for codec in "${codecs[@]}"; do
  seq -f "$codec-%.0f" 1 "$records" | timeout 60 kcat -q -b "$broker" -P -t "$topic" -p 0 -z "$codec" -X acks=all
done
expected=$(for codec in "${codecs[@]}"; do seq -f "$codec-%.0f" 1 "$records"; done | md5sum)
actual=$(timeout 60 kcat -q -b "$broker" -C -t "$topic" -p 0 -o beginning -e | md5sum)
[[ $actual == "$expected" ]] || { echo "other records were read" >&2; exit 1; }
timeout 60 kcat -q -b "$broker" -L -t "$topic" | grep -q "topic \"$topic\" with 1 partitions"
# The first record at or after the beginning of time is the first one.
timeout 60 kcat -q -b "$broker" -Q -t "$topic:0:1" | grep -q 'offset 0'
echo "librdkafka $(kcat -V | grep -o 'librdkafka [0-9.]*' | cut -d' ' -f2): $((records * ${#codecs[@]})) records, 5 codecs"
