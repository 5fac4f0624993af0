// Creates a topic, appends with an idempotent producer and each codec, reads by partition and with a group, finds offsets, and
// deletes the topic: sarama. Debian's version has no transactions.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/Shopify/sarama"
)

func check(err error, doing string) {
	if err != nil {
		log.Fatalf("%s: %v", doing, err)
	}
}

// The member of a group. It marks each record of the topic, and ends the session after the last one.
type member struct {
	records int64
	read    int64
	end     context.CancelFunc
}

func (m *member) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (m *member) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (m *member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		if message.Offset != m.read {
			return fmt.Errorf("offset %d instead of %d", message.Offset, m.read)
		}
		session.MarkMessage(message, "")
		m.read++
		if m.read == m.records {
			m.end()
		}
	}
	return nil
}

// Reads with a group until all records are read, and checks the committed offset.
func readWithGroup(client sarama.Client, topic string, records int64) {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	name := topic + "-group"
	group, err := sarama.NewConsumerGroupFromClient(name, client)
	check(err, "group")
	reader := &member{records: records, end: cancel}
	for ctx.Err() == nil {
		check(group.Consume(ctx, []string{topic}, reader), "read with a group")
	}
	if reader.read != records {
		log.Fatalf("the group has read %d of %d records within 60 s", reader.read, records)
	}
	check(group.Close(), "leave the group")

	offsets, err := sarama.NewOffsetManagerFromClient(name, client)
	check(err, "offsets")
	partition, err := offsets.ManagePartition(topic, 1)
	check(err, "offset")
	if committed, _ := partition.NextOffset(); committed != records {
		log.Fatalf("the committed offset is %d instead of %d", committed, records)
	}
	check(partition.Close(), "close an offset")
	check(offsets.Close(), "close the offsets")
}

func main() {
	broker, topic := os.Args[1], os.Args[2]
	records, err := strconv.Atoi(os.Args[3])
	check(err, "number of records")

	config := sarama.NewConfig()
	config.Version = sarama.V2_1_0_0
	config.Net.MaxOpenRequests = 1
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.Retention = 24 * time.Hour // commits with version 2, the oldest one of Kafka 4
	config.Producer.Idempotent = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Return.Successes = true
	config.Producer.Partitioner = sarama.NewManualPartitioner

	admin, err := sarama.NewClusterAdmin([]string{broker}, config)
	check(err, "connect")
	retention := "3600000"
	detail := &sarama.TopicDetail{NumPartitions: 2, ReplicationFactor: 1, ConfigEntries: map[string]*string{"retention.ms": &retention}}
	check(admin.CreateTopic(topic, detail, false), "create a topic")

	// Without zstd: this version sends it in a version of Produce that must not have it.
	codecs := []sarama.CompressionCodec{sarama.CompressionNone, sarama.CompressionGZIP, sarama.CompressionSnappy, sarama.CompressionLZ4}
	next := int64(0)
	for _, codec := range codecs {
		config.Producer.Compression = codec
		producer, err := sarama.NewSyncProducer([]string{broker}, config)
		check(err, "producer")
		for i := 0; i < records; i += 500 {
			var messages []*sarama.ProducerMessage
			for j := i; j < i+500 && j < records; j++ {
				messages = append(messages, &sarama.ProducerMessage{Topic: topic, Partition: 1, Key: sarama.StringEncoder("key"),
					Value: sarama.StringEncoder(fmt.Sprint("value ", j)), Headers: []sarama.RecordHeader{{Key: []byte("h"), Value: []byte("1")}}})
			}
			check(producer.SendMessages(messages), "append with "+codec.String())
			for _, message := range messages {
				if message.Offset != next {
					log.Fatalf("offset %d instead of %d", message.Offset, next)
				}
				next++
			}
		}
		check(producer.Close(), "close a producer")
	}

	client, err := sarama.NewClient([]string{broker}, config)
	check(err, "client")
	for time, expected := range map[int64]int64{sarama.OffsetOldest: 0, sarama.OffsetNewest: next, 1: 0} {
		offset, err := client.GetOffset(topic, 1, time)
		check(err, "find an offset")
		if offset != expected {
			log.Fatalf("offset of %d: %d instead of %d", time, offset, expected)
		}
	}
	consumer, err := sarama.NewConsumerFromClient(client)
	check(err, "consumer")
	partition, err := consumer.ConsumePartition(topic, 1, sarama.OffsetOldest)
	check(err, "read")
	timeout := time.After(60 * time.Second)
	for i := int64(0); i < next; i++ {
		select {
		case message := <-partition.Messages():
			expected := fmt.Sprint("value ", i%int64(records))
			if message.Offset != i || string(message.Value) != expected || string(message.Key) != "key" || len(message.Headers) != 1 {
				log.Fatalf("offset %d has '%s' instead of '%s' at %d", message.Offset, message.Value, expected, i)
			}
		case <-timeout:
			log.Fatalf("%d of %d records within 60 s", i, next)
		}
	}
	check(partition.Close(), "close a reader")
	readWithGroup(client, topic, next)
	check(admin.DeleteTopic(topic), "delete the topic")
	check(admin.Close(), "close")
	fmt.Printf("sarama 1.22.1: %d records, 4 codecs, idempotent, read with a group\n", next)
}
