package io.s3stream.core.catalog;

import io.netty.buffer.ByteBufUtil;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectSummary;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds and reads the newest catalogue. Pure functions. */
public final class CatalogReader {

    public static final String PREFIX = CatalogKey.PREFIX;

    private CatalogReader() {}

    /** Returns the key of the newest catalogue among these objects, or empty if there is none. */
    public static Optional<String> newest(Collection<ObjectSummary> objects) {
        return objects.stream()
                .flatMap(object -> CatalogKey.parse(object.key()).stream())
                .max(Comparator.comparing(CatalogKey::key))
                .map(CatalogKey::key);
    }

    /** Returns the position in the key of a catalogue. */
    public static long position(String key) {
        return CatalogKey.parse(key).map(CatalogKey::position).orElse(0L);
    }

    /**
     * Decodes a catalogue and closes the content.
     *
     * @throws CorruptedDataException if the content is damaged or absent
     */
    public static Catalog read(String key, Optional<ObjectContent> found) {
        try (ObjectContent content =
                found.orElseThrow(() -> new CorruptedDataException("object=" + key + ": listed, but does not exist"))) {
            return Catalog.decode(ByteBufUtil.getBytes(content.data()), key);
        }
    }
}
