package io.s3stream.kafka.catalogue;

import org.apache.kafka.common.Uuid;

/** The names of the streams of a topic. Topic names and ids have no slash. */
final class StreamNames {

    /** The prefix of all names. */
    static final String PREFIX = "kafka/";

    private static final String TOPIC = PREFIX + "topic/";
    private static final String LOG = PREFIX + "log/";

    private static final String PRODUCERS = PREFIX + "producers/";

    private StreamNames() {}

    static String topic(String topic) {
        return TOPIC + topic;
    }

    /** Names the log by the topic's id, so that a later topic of the same name has other logs. */
    static String log(Uuid topic, int partition) {
        return LOG + topic + '/' + partition;
    }

    /** The companion stream of a log, with the snapshots of its producers. */
    static String producers(Uuid topic, int partition) {
        return PRODUCERS + topic + '/' + partition;
    }

    static boolean isTopic(String stream) {
        return stream.startsWith(TOPIC);
    }

    static boolean isLog(String stream) {
        return stream.startsWith(LOG) && stream.lastIndexOf('/') > LOG.length();
    }

    static boolean isProducers(String stream) {
        return stream.startsWith(PRODUCERS) && stream.lastIndexOf('/') > PRODUCERS.length();
    }

    /** The name of the topic of a stream that {@link #isTopic}. */
    static String topicOf(String stream) {
        return stream.substring(TOPIC.length());
    }

    /** The id of the topic of a stream that {@link #isLog} or {@link #isProducers}. */
    static Uuid topicIdOf(String stream) {
        int begin = isLog(stream) ? LOG.length() : PRODUCERS.length();
        return Uuid.fromString(stream.substring(begin, stream.lastIndexOf('/')));
    }

    /** The index of a stream that {@link #isLog} or {@link #isProducers}. */
    static int indexOf(String stream) {
        return Integer.parseInt(stream.substring(stream.lastIndexOf('/') + 1));
    }
}
