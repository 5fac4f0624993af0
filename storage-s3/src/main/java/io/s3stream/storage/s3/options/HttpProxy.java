package io.s3stream.storage.s3.options;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A proxy for all requests, which must support CONNECT.
 *
 * @param uri scheme {@code http} or {@code https}, host and port
 * @param user null: the proxy asks for none
 */
public record HttpProxy(
        URI uri, @Nullable String user, @Nullable String password) {

    /** Leaves the password out. */
    @Override
    public String toString() {
        return user == null ? uri.toString() : uri + " with a user";
    }
}
