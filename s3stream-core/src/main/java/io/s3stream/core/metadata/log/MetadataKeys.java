package io.s3stream.core.metadata.log;

import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of the metadata's objects: {@code meta/<kind>/<number>-<uuid>}, the number with 19 digits. The number tells from
 * which head on no new reference to the object can appear. So a sweep finds orphans exactly and without a clock.
 *
 * <ul>
 *   <li>{@code batch}: the state sequence at the time of writing. A head may add the batch only while its tail begins
 *       at or before that sequence; otherwise the writer writes the batch again.
 *   <li>{@code segment}: its first position. Only a head whose tail begins there may add it.
 *   <li>{@code checkpoint}: its position. Only a head with an older checkpoint may add it.
 * </ul>
 *
 * <p>The start of the tail and the checkpoint only move forward, and each head replaces the head that its writer read.
 */
enum MetadataKeys {
    BATCH("batch"),
    SEGMENT("segment"),
    CHECKPOINT("checkpoint");

    private static final Pattern NAME = Pattern.compile("(\\d{19})-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final String kind;

    MetadataKeys(String kind) {
        this.kind = kind;
    }

    /** Returns the kind as it appears in names of steps. */
    String kind() {
        return kind;
    }

    String prefix() {
        return "meta/" + kind + "/";
    }

    String key(long number, UUID unique) {
        return prefix() + String.format("%019d", number) + "-" + unique;
    }

    /** Returns the number in the key; empty if it is not a key of this kind. */
    OptionalLong number(String key) {
        if (!key.startsWith(prefix())) {
            return OptionalLong.empty();
        }
        Matcher name = NAME.matcher(key.substring(prefix().length()));
        try {
            return name.matches() ? OptionalLong.of(Long.parseLong(name.group(1))) : OptionalLong.empty();
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty();
        }
    }

    /** Returns whether a successor of this head may still add a reference to an object with this number. */
    boolean mayStillBeNamed(long number, Head head) {
        return this == CHECKPOINT ? number > head.checkpointed() : number >= head.tailStart();
    }
}
