package io.s3stream.spi.metadata;

import java.net.URI;
import java.util.Set;

/** A kind of register, found by {@link java.util.ServiceLoader} and chosen by URI scheme. Thread-safe and stateless. */
public interface RegisterProvider {

    /** The schemes of the URIs it serves, in lower case, for example {@code postgresql}. */
    Set<String> schemes();

    /**
     * The source of the register that the URI names. It opens no connection yet.
     *
     * @throws io.s3stream.api.errors.InvalidRequestException naming the wrong part of the URI
     */
    RegisterSource source(URI uri);
}
