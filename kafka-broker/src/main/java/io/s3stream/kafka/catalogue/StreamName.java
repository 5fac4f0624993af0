package io.s3stream.kafka.catalogue;

import java.util.Optional;
import org.apache.kafka.common.Uuid;

/** The name of a stream of the catalogue, which tells the use of the stream. Topic names and ids have no slash. */
sealed interface StreamName {

    /** The prefix of all names. */
    String PREFIX = "kafka/";

    /** The name as the store has it. */
    String text();

    /** The stream whose tags describe a topic. */
    record OfTopic(String topic) implements StreamName {

        private static final String START = PREFIX + "topic/";

        @Override
        public String text() {
            return START + topic;
        }
    }

    /** A stream of a partition. It has the topic's id, so that a later topic of the same name has other streams. */
    sealed interface OfPartition extends StreamName {

        Uuid topic();

        int partition();
    }

    /** The log of a partition. */
    record OfLog(Uuid topic, int partition) implements OfPartition {

        private static final String START = PREFIX + "log/";

        @Override
        public String text() {
            return START + topic + '/' + partition;
        }
    }

    /** The companion stream of a log, with the snapshots of its producers. */
    record OfProducers(Uuid topic, int partition) implements OfPartition {

        private static final String START = PREFIX + "producers/";

        @Override
        public String text() {
            return START + topic + '/' + partition;
        }
    }

    /** The meaning of a name, or nothing if the catalogue gives no such name. */
    static Optional<StreamName> parse(String text) {
        StreamName name = null;
        int slash = text.lastIndexOf('/');
        if (text.startsWith(OfTopic.START)) {
            name = new OfTopic(text.substring(OfTopic.START.length()));
        } else if (text.startsWith(OfLog.START) && slash > OfLog.START.length()) {
            name = number(text, slash) < 0
                    ? null
                    : new OfLog(id(text.substring(OfLog.START.length(), slash)), number(text, slash));
        } else if (text.startsWith(OfProducers.START) && slash > OfProducers.START.length()) {
            name = number(text, slash) < 0
                    ? null
                    : new OfProducers(id(text.substring(OfProducers.START.length(), slash)), number(text, slash));
        }
        // Other spellings of an id or a number are not names of the catalogue.
        return Optional.ofNullable(name).filter(found -> found.text().equals(text));
    }

    /** The id, or the zero id, which no topic has. */
    private static Uuid id(String text) {
        try {
            return Uuid.fromString(text);
        } catch (IllegalArgumentException e) {
            return Uuid.ZERO_UUID;
        }
    }

    private static int number(String text, int slash) {
        try {
            return Integer.parseInt(text.substring(slash + 1));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
