package io.s3stream.kafka.rounds;

import io.netty.buffer.ByteBufAllocator;
import io.s3stream.core.storage.ObjectStorages;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectStorageProvider;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/**
 * Opens a storage behind a {@link StorageGate}: {@code gated+file:///directory?gate=/path}, or {@code gated+s3://…}. The
 * parameter {@code gate} comes last and names the file that closes the gate.
 */
public final class GatedStorageProvider implements ObjectStorageProvider {

    private static final String PREFIX = "gated+";
    private static final String GATE = "gate=";

    /** The URI of a storage behind a gate. */
    static String uri(String storage, Path gate) {
        return PREFIX + storage + (storage.contains("?") ? "&" : "?") + GATE + gate;
    }

    @Override
    public Set<String> schemes() {
        return Set.of(PREFIX + "file", PREFIX + "s3");
    }

    @Override
    public ObjectStorage open(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
        return gated(uri, ObjectStorages.open(behind(uri), runtime, allocator));
    }

    @Override
    public ObjectStorage openReadOnly(URI uri, ByteBufAllocator allocator, EngineRuntime runtime) {
        return gated(uri, ObjectStorages.openReadOnly(behind(uri), runtime, allocator));
    }

    private static URI behind(URI uri) {
        String text = uri.toString();
        return URI.create(text.substring(PREFIX.length(), text.lastIndexOf(GATE) - 1));
    }

    private static ObjectStorage gated(URI uri, ObjectStorage behind) {
        String text = uri.toString();
        Path gate = Path.of(text.substring(text.lastIndexOf(GATE) + GATE.length()));
        return (ObjectStorage) Proxy.newProxyInstance(
                ObjectStorage.class.getClassLoader(),
                new Class<?>[] {ObjectStorage.class},
                new StorageGate(behind, gate));
    }
}
