"""Creates a topic, appends with each codec, reads by assignment, changes configurations: confluent-kafka (librdkafka)."""

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

resource = ConfigResource("topic", topic, set_config={"retention.ms": "77000", "message.timestamp.type": "LogAppendTime"})
done(admin.alter_configs([resource]))
configs = done(admin.describe_configs([ConfigResource("topic", topic)]))[0]
assert configs["retention.ms"].value == "77000" and configs["message.timestamp.type"].value == "LogAppendTime"
assert done(admin.describe_configs([ConfigResource("broker", "0")]))[0]["broker.id"].value == "0"
done(admin.create_partitions([NewPartitions(topic, 4)]))
assert len(admin.list_topics(topic).topics[topic].partitions) == 4
done(admin.delete_topics([topic]))
print("librdkafka %s: %d records, 5 codecs" % (confluent_kafka.libversion()[0], records * len(codecs)))
