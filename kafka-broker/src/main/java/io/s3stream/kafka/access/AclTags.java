package io.s3stream.kafka.access;

import io.s3stream.api.metadata.StreamInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A binding as the tags of a stream. The name of the stream is a digest of the binding, so that each binding exists once,
 * however many brokers create it at the same time.
 */
final class AclTags {

    private static final Logger LOG = LoggerFactory.getLogger(AclTags.class);

    /** The beginning of the names of streams that are bindings. */
    static final String PREFIX = "kafka/acl/";

    private static final String TYPE = "type";
    private static final String NAME = "name";
    private static final String PATTERN = "pattern";
    private static final String PRINCIPAL = "principal";
    private static final String HOST = "host";
    private static final String OPERATION = "operation";
    private static final String PERMISSION = "permission";

    private AclTags() {}

    static Map<String, String> encode(AclBinding binding) {
        ResourcePattern pattern = binding.pattern();
        AccessControlEntry entry = binding.entry();
        return Map.of(
                TYPE, pattern.resourceType().name(),
                NAME, pattern.name(),
                PATTERN, pattern.patternType().name(),
                PRINCIPAL, entry.principal(),
                HOST, entry.host(),
                OPERATION, entry.operation().name(),
                PERMISSION, entry.permissionType().name());
    }

    /** The binding, or nothing with an error in the log if another release wrote a value that this one does not know. */
    static Optional<AclBinding> decode(StreamInfo stream) {
        try {
            return Optional.of(decode(stream.tags()));
        } catch (IllegalArgumentException e) {
            LOG.error("event=acl-ignored stream={} reason={}", stream.name(), e.getMessage());
            return Optional.empty();
        }
    }

    private static AclBinding decode(Map<String, String> tags) {
        return new AclBinding(
                new ResourcePattern(
                        ResourceType.valueOf(tag(tags, TYPE)),
                        tag(tags, NAME),
                        PatternType.valueOf(tag(tags, PATTERN))),
                new AccessControlEntry(
                        tag(tags, PRINCIPAL),
                        tag(tags, HOST),
                        AclOperation.valueOf(tag(tags, OPERATION)),
                        AclPermissionType.valueOf(tag(tags, PERMISSION))));
    }

    private static String tag(Map<String, String> tags, String key) {
        String value = tags.get(key);
        if (value == null) {
            throw new IllegalArgumentException("a binding has no tag " + key + ": " + tags);
        }
        return value;
    }

    static String streamName(AclBinding binding) {
        StringBuilder canonical = new StringBuilder();
        new TreeMap<>(encode(binding))
                .forEach((key, value) ->
                        canonical.append(key).append(value.length()).append(':').append(value));
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(digest(canonical.toString()));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK lacks SHA-256", e);
        }
    }
}
