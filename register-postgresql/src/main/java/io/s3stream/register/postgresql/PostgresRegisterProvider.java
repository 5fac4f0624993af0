package io.s3stream.register.postgresql;

import io.s3stream.spi.metadata.RegisterProvider;
import io.s3stream.spi.metadata.RegisterSource;
import java.net.URI;
import java.util.Set;

/** Provides {@link PostgresRegisters} for the URI schemes {@code postgresql} and {@code jdbc}. */
public final class PostgresRegisterProvider implements RegisterProvider {

    @Override
    public Set<String> schemes() {
        return Set.of("postgresql", "jdbc");
    }

    @Override
    public RegisterSource source(URI uri) {
        return PostgresRegisters.of(uri);
    }
}
