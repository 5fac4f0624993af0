package io.s3stream.core.metadata.log;

import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of the metadata's objects: {@code meta/<kind>/<number>-<uuid>}, the number with 19 digits. It says from which heads
 * on nobody names the object any more who has not yet: so a sweep can tell left-overs, exactly and without a clock.
 *
 * <ul>
 *   <li>{@code batch}: the state sequence when it was written. It is added only to a head whose tail does not begin
 *       behind that; otherwise its writer writes it again.
 *   <li>{@code segment}: its first position. It is named only by a head whose tail begins there.
 *   <li>{@code checkpoint}: its position. It is named only by a head whose checkpoint is older.
 * </ul>
 *
 * <p>The tail's beginning and the checkpoint only move forward, and each head is set in place of one that was read.
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

    /** What it is called in names of steps. */
    String kind() {
        return kind;
    }

    String prefix() {
        return "meta/" + kind + "/";
    }

    String key(long number, UUID unique) {
        return prefix() + String.format("%019d", number) + "-" + unique;
    }

    /** Nothing: not a key of this kind. */
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

    /** Whether a head set in place of this one, or any later one, may still begin to name an object of this number. */
    boolean mayStillBeNamed(long number, Head head) {
        return this == CHECKPOINT ? number > head.checkpointed() : number >= head.tailStart();
    }
}
