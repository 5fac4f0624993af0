package io.s3stream.core.metadata.log;

import io.s3stream.core.events.OutageListener;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metrics.MetadataMetrics;
import io.s3stream.core.metrics.StoreMetrics;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.storage.ObjectStorage;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Opens metadata clients. */
public final class MetadataClients {

    private MetadataClients() {}

    /**
     * Returns those of the keys that belong to orphans of the metadata. Neither this head nor a later one names such an
     * object, and a sweep deletes it. For tools and tests.
     *
     * @param head the value of the register
     */
    public static List<String> leftOvers(byte[] head, Collection<String> keys) {
        Head decoded = HeadCodec.decode(head, MetadataLog.HEAD_KEY);
        Set<String> named = decoded.keys();
        return keys.stream()
                .filter(key -> !named.contains(key) && isSettled(key, decoded))
                .toList();
    }

    private static boolean isSettled(String key, Head head) {
        for (MetadataKeys keys : MetadataKeys.values()) {
            OptionalLong number = keys.number(key);
            if (number.isPresent()) {
                return !keys.mayStillBeNamed(number.getAsLong(), head);
            }
        }
        return false;
    }

    /** Opens a client with the usual rules. */
    public static CompletableFuture<MetadataClient> open(
            EngineRuntime runtime, ObjectStorage storage, MetadataRegister register, MetadataSettings settings) {
        return open(runtime, storage, register, settings, MetadataRules.usual());
    }

    /** Opens a client with the given rules and without metrics. */
    public static CompletableFuture<MetadataClient> open(
            EngineRuntime runtime,
            ObjectStorage storage,
            MetadataRegister register,
            MetadataSettings settings,
            MetadataRules rules) {
        return open(
                runtime, storage, register, settings, rules, StoreMetrics.none().metadata(), OutageListener.NONE);
    }

    /**
     * Opens a client. Reads the head, creating it in an empty register, and the state that it names. The caller owns
     * storage, register and runtime and closes them after the client.
     *
     * @param outages is told when storage or register are out of reach
     * @return completes on the client's serial context; fails with {@link
     *     io.s3stream.api.errors.CorruptedDataException}, or with {@link io.s3stream.api.errors.StorageException} after
     *     retries
     */
    public static CompletableFuture<MetadataClient> open(
            EngineRuntime runtime,
            ObjectStorage storage,
            MetadataRegister register,
            MetadataSettings settings,
            MetadataRules rules,
            MetadataMetrics metrics,
            OutageListener outages) {
        return new MetadataClientImpl(
                        runtime, new MetadataLog.Backends(storage, register, outages), settings, rules, metrics)
                .start();
    }
}
