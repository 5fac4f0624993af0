package io.s3stream.kafka.catalogue;

/** The names of the streams that a topic consists of. Topic names have no slash. */
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

    static String log(String topic, int partition) {
        return LOG + topic + '/' + partition;
    }

    /** The companion stream of a log, with the snapshots of its producers. */
    static String producers(String topic, int partition) {
        return PRODUCERS + topic + '/' + partition;
    }

    static boolean isTopic(String stream) {
        return stream.startsWith(TOPIC);
    }

    static boolean isLog(String stream) {
        return stream.startsWith(LOG) && stream.lastIndexOf('/') > LOG.length();
    }

    /** The topic of a stream that {@link #isTopic} or {@link #isLog}. */
    static String topicOf(String stream) {
        return isTopic(stream)
                ? stream.substring(TOPIC.length())
                : stream.substring(LOG.length(), stream.lastIndexOf('/'));
    }

    /** The index of a stream that {@link #isLog}. */
    static int indexOf(String stream) {
        return Integer.parseInt(stream.substring(stream.lastIndexOf('/') + 1));
    }
}
