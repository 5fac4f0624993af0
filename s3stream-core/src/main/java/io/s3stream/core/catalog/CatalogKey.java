package io.s3stream.core.catalog;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key of a catalogue: {@code catalog/<position>-<fingerprint>-<uuid>}, with 19 digits and 8 hexadecimal digits.
 *
 * @param position sequence of the metadata state that the catalogue describes
 */
record CatalogKey(String key, long position, int fingerprint) {

    static final String PREFIX = "catalog/";

    private static final Pattern NAME =
            Pattern.compile("catalog/(\\d{19})-([0-9a-f]{8})-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    static CatalogKey of(long position, int fingerprint, UUID unique) {
        return new CatalogKey(
                String.format("%s%019d-%08x-%s", PREFIX, position, fingerprint, unique), position, fingerprint);
    }

    /** Returns empty if the key does not name a catalogue. */
    static Optional<CatalogKey> parse(String key) {
        Matcher name = NAME.matcher(key);
        try {
            return name.matches()
                    ? Optional.of(new CatalogKey(
                            key, Long.parseLong(name.group(1)), Integer.parseUnsignedInt(name.group(2), 16)))
                    : Optional.empty();
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }
}
