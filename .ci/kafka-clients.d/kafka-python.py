"""Creates a topic, appends, reads by assignment and with a group, finds offsets, and deletes the topic with kafka-python."""

import sys

import kafka
from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic

broker, topic, records = sys.argv[1], sys.argv[2], int(sys.argv[3])
values = [b"value %d" % i for i in range(records)]
partition = TopicPartition(topic, 1)

admin = KafkaAdminClient(bootstrap_servers=broker)
admin.create_topics([NewTopic(topic, 2, 3, topic_configs={"retention.ms": "3600000"})])
described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
configs = {entry[0]: entry[1] for entry in described[0].resources[0][4]}
assert configs["retention.ms"] == "3600000", configs
admin.create_partitions({topic: NewPartitions(4)})

producer = KafkaProducer(bootstrap_servers=broker, acks="all", compression_type="gzip")
sent = [producer.send(topic, value, key=b"key", partition=1, headers=[("h", b"1")]) for value in values]
assert [future.get(30).offset for future in sent] == list(range(records))

consumer = KafkaConsumer(bootstrap_servers=broker)
consumer.assign([partition])
consumer.seek_to_beginning()
read = []
while len(read) < records:
    batch = consumer.poll(10_000)
    assert batch, "no record within 10 s after %d" % len(read)
    read += [record.value for record in batch[partition]]
assert read == values
assert consumer.end_offsets([partition])[partition] == records
assert consumer.offsets_for_times({partition: 1})[partition].offset == 0

# Reads a part with a group, commits, leaves, and continues there as another member.
part = records // 2
read = []
for end in (part, records):
    member = KafkaConsumer(
        topic,
        bootstrap_servers=broker,
        group_id=topic + "-group",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=end - len(read),
        consumer_timeout_ms=30_000,
    )
    while len(read) < end:
        read.append(next(member).value)
    member.commit({partition: OffsetAndMetadata(end, "")})
    member.close()
assert read == values
assert admin.list_consumer_group_offsets(topic + "-group")[partition].offset == records

admin.delete_topics([topic])
assert topic not in KafkaConsumer(bootstrap_servers=broker).topics()
print("kafka-python %s: %d records, group" % (kafka.__version__, records))
