package io.s3stream.kafka.protocol.groups;

import io.s3stream.kafka.catalogue.BrokerAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds coordinators of one type. */
@FunctionalInterface
public interface CoordinatorLocator {

    /** Returns the broker that coordinates {@code key}, or nothing while there is none. Must not block. */
    CompletableFuture<Optional<BrokerAddress>> locate(String key);
}
