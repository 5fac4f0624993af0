package io.s3stream.kafka.rounds.transactions;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The contents of a record.
 *
 * @param value unique in the round
 * @param hops the number of times that it is still to be forwarded
 */
record Payload(long value, int hops) {

    static Payload of(ConsumerRecord<String, String> record) {
        String[] parts = record.value().split(" ", -1);
        return new Payload(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
    }

    @Override
    public String toString() {
        return value + " " + hops;
    }
}
