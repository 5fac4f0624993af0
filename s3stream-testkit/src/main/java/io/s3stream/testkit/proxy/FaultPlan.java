package io.s3stream.testkit.proxy;

import org.jspecify.annotations.Nullable;

/** Decides which fault each request gets. Called by many threads. */
public interface FaultPlan {

    /** A plan without faults. */
    FaultPlan NONE = request -> null;

    /** @return a fault that {@linkplain Fault#appliesTo applies}, or null to pass the request on unchanged */
    @Nullable
    Fault next(ProxiedRequest request);
}
