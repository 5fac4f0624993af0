package io.s3stream.kafka.protocol;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.catalogue.Topic;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * The topic that a request names. A client that may not use a topic does not learn whether it exists.
 *
 * @param error why there is no topic; {@link Errors#NONE} if there is one
 * @param topic absent if it does not exist, or if the client may not use it
 */
public record TopicLookup(Errors error, Optional<Topic> topic) {

    /** A topic that is named by its name. */
    public static TopicLookup byName(ClusterView view, @Nullable String name, Predicate<String> isPermitted) {
        if (name == null) {
            return new TopicLookup(Errors.UNKNOWN_TOPIC_OR_PARTITION, Optional.empty());
        }
        if (!isPermitted.test(name)) {
            return new TopicLookup(Errors.TOPIC_AUTHORIZATION_FAILED, Optional.empty());
        }
        Optional<Topic> topic = view.topic(name);
        return new TopicLookup(topic.isPresent() ? Errors.NONE : Errors.UNKNOWN_TOPIC_OR_PARTITION, topic);
    }

    /** A topic that is named by its id. Ids are not secret, so an unknown one has its own error. */
    public static TopicLookup byId(ClusterView view, Uuid id, Predicate<String> isPermitted) {
        Optional<Topic> topic = view.topic(id);
        if (topic.isEmpty()) {
            return new TopicLookup(Errors.UNKNOWN_TOPIC_ID, topic);
        }
        return isPermitted.test(topic.get().name())
                ? new TopicLookup(Errors.NONE, topic)
                : new TopicLookup(Errors.TOPIC_AUTHORIZATION_FAILED, Optional.empty());
    }

    /** A topic that is named by its id if the request has one, or else by its name. */
    public static TopicLookup of(
            ClusterView view, @Nullable String name, @Nullable Uuid id, Predicate<String> isPermitted) {
        return id == null || id.equals(Uuid.ZERO_UUID) ? byName(view, name, isPermitted) : byId(view, id, isPermitted);
    }

    /** The error for a partition of this topic; {@link Errors#NONE} if it exists. */
    public Errors partition(int index) {
        if (topic.isEmpty()) {
            return error;
        }
        boolean exists = index >= 0 && index < topic.get().partitions().size();
        return exists ? Errors.NONE : Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }
}
