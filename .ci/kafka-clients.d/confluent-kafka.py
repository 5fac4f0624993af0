"""Appends with each codec, reads by assignment and with a group, transactions, configurations: confluent-kafka (librdkafka)."""

import sys

import confluent_kafka
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

broker, topic, records = sys.argv[1], sys.argv[2], int(sys.argv[3])
codecs = ["none", "gzip", "snappy", "lz4", "zstd"]


def done(futures):
    return [future.result(30) for future in futures.values()]


admin = AdminClient({"bootstrap.servers": broker})
done(admin.create_topics([NewTopic(topic, 2, 1, config={"cleanup.policy": "delete"})]))
try:
    done(admin.create_topics([NewTopic(topic, 2, 1)]))
    raise AssertionError("a topic was created twice")
except KafkaException as error:
    assert error.args[0].name() == "TOPIC_ALREADY_EXISTS", error
try:
    done(admin.create_topics([NewTopic(topic + "-bad", 1, 1, config={"no.such.key": "1"})]))
    raise AssertionError("an unknown key was accepted")
except KafkaException as error:
    assert error.args[0].name() == "INVALID_CONFIG", error

failures = []
for codec in codecs:
    producer = Producer({"bootstrap.servers": broker, "enable.idempotence": True, "compression.type": codec})
    for i in range(records):
        producer.produce(topic, b"%d" % i, partition=0, on_delivery=lambda e, m: failures.append(e) if e else None)
        producer.poll(0)
    assert producer.flush(60) == 0
assert not failures, failures

consumer = Consumer({"bootstrap.servers": broker, "group.id": "unused", "enable.auto.commit": False})
consumer.assign([TopicPartition(topic, 0, 0)])
for i in range(records * len(codecs)):
    message = consumer.poll(30)
    assert message is not None, "no record within 30 s after %d" % i
    assert not message.error(), message.error()
    assert message.offset() == i and message.value() == b"%d" % (i % records)
assert consumer.get_watermark_offsets(TopicPartition(topic, 0)) == (0, records * len(codecs))
consumer.close()


def member(group, name, isolation="read_committed"):
    settings = {"bootstrap.servers": broker, "group.id": group, "auto.offset.reset": "earliest", "enable.auto.commit": False}
    reader = Consumer({**settings, "isolation.level": isolation})
    reader.subscribe([name])
    return reader


def read(reader, count):
    values = []
    while len(values) < count:
        message = reader.poll(30)
        assert message is not None, "no record within 30 s after %d" % len(values)
        assert not message.error(), message.error()
        values.append(message.value())
    return values


# Reads a part of the topic, commits, leaves, and continues there as another member.
part = records // 2
everything = [b"%d" % (i % records) for i in range(records * len(codecs))]
for begin, end in ((0, part), (part, len(everything))):
    reader = member(topic + "-group", topic)
    assert read(reader, end - begin) == everything[begin:end]
    reader.commit(offsets=[TopicPartition(topic, 0, end)], asynchronous=False)
    reader.close()

# Copies records with transactions. Every second attempt aborts, and its records are written again. A committed transaction
# also commits the offset of the group.
copy = topic + "-copy"
done(admin.create_topics([NewTopic(copy, 1, 1)]))
reader = member(copy + "-group", topic)
producer = Producer({"bootstrap.servers": broker, "transactional.id": copy})
producer.init_transactions(30)
copied, aborted = 0, 0
while copied < records:
    size = min(100, records - copied)
    values = read(reader, size)
    for attempt in (0, 1):
        producer.begin_transaction()
        for value in values:
            producer.produce(copy, value)
        offset = TopicPartition(topic, 0, copied + size)
        producer.send_offsets_to_transaction([offset], reader.consumer_group_metadata(), 30)
        if attempt == 0:
            producer.flush(30)
            producer.abort_transaction(30)
            aborted += size
            assert reader.committed([TopicPartition(topic, 0)], 30)[0].offset in (copied, -1001)
        else:
            producer.commit_transaction(30)
    copied += size
assert reader.committed([TopicPartition(topic, 0)], 30)[0].offset == records
reader.close()
committed = member(copy + "-readers", copy)
assert read(committed, records) == everything[:records]
assert committed.poll(1) is None, "an aborted record was read"
committed.close()
dirty = member(copy + "-dirty", copy, "read_uncommitted")
assert len(read(dirty, records + aborted)) == records + aborted
dirty.close()

# Another producer with the same id fences the first one.
producer.begin_transaction()
producer.produce(copy, b"fenced")
Producer({"bootstrap.servers": broker, "transactional.id": copy}).init_transactions(30)
try:
    producer.commit_transaction(30)
    raise AssertionError("a fenced producer has committed")
except KafkaException as error:
    assert error.args[0].name() in ("_FENCED", "INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED"), error
done(admin.delete_topics([copy]))

resource = ConfigResource("topic", topic, set_config={"retention.ms": "77000", "message.timestamp.type": "LogAppendTime"})
done(admin.alter_configs([resource]))
configs = done(admin.describe_configs([ConfigResource("topic", topic)]))[0]
assert configs["retention.ms"].value == "77000" and configs["message.timestamp.type"].value == "LogAppendTime"
assert done(admin.describe_configs([ConfigResource("broker", "0")]))[0]["broker.id"].value == "0"
done(admin.create_partitions([NewPartitions(topic, 4)]))
assert len(admin.list_topics(topic).topics[topic].partitions) == 4
done(admin.delete_topics([topic]))
print("librdkafka %s: %d records, 5 codecs, group, transactions" % (confluent_kafka.libversion()[0], records * len(codecs)))
