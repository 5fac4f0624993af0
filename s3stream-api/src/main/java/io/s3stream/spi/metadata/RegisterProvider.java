package io.s3stream.spi.metadata;

import java.net.URI;
import java.util.Set;

/** A kind of register, found by {@link java.util.ServiceLoader} and chosen by URI scheme. Thread-safe, without state. */
public interface RegisterProvider {

    /** The schemes of the URIs it serves, in lower case, for example {@code postgresql}. */
    Set<String> schemes();

    /**
     * What the URI names. Nothing is connected yet.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException naming the part of the URI that is wrong
     */
    RegisterSource source(URI uri);
}
