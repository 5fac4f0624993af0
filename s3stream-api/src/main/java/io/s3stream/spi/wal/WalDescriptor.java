package io.s3stream.spi.wal;

import io.s3stream.api.text.SafeUri;
import java.net.URI;
import java.util.Map;

/**
 * A generation as the metadata keep it: enough to find, fence and replay it later, independent of the settings of that
 * time.
 *
 * @param walEpoch unique per open
 * @param nonce random; every frame of the generation carries it, and the first one chains from it
 * @param maxFrameBytes the geometry it was written with
 * @param capacityBytes the geometry it was written with
 * @param properties facts of the backend, for example the device that was locked
 */
public record WalDescriptor(
        URI uri,
        long walEpoch,
        long nonce,
        int alignment,
        int maxFrameBytes,
        int maxInFlight,
        int maxInFlightBytes,
        long capacityBytes,
        Map<String, String> properties) {

    public WalDescriptor {
        properties = Map.copyOf(properties);
    }

    /** Returns the URI without the secrets that it may contain, for messages and logs. */
    public String shownUri() {
        return SafeUri.of(uri);
    }

    /** Shows the URI without secrets. */
    @Override
    public String toString() {
        return "WalDescriptor[uri=" + shownUri() + ", walEpoch=" + walEpoch + ", nonce=" + nonce + ", alignment="
                + alignment + ", maxFrameBytes=" + maxFrameBytes + ", maxInFlight=" + maxInFlight
                + ", maxInFlightBytes=" + maxInFlightBytes + ", capacityBytes=" + capacityBytes + ", properties="
                + properties + "]";
    }
}
