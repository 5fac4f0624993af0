package io.s3stream.spi.metadata;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.ServiceProviders;
import java.net.URI;
import java.util.Locale;

/** Opens a store's register. The engine uses it once for each open store and each run of a tool. */
@FunctionalInterface
public interface RegisterSource {

    /**
     * Opens the register. Its {@code toString} names it in messages, without secrets. The call does no I/O: a register
     * out of reach fails the first read.
     *
     * @param runtime its executors run blocking calls; closed after the register
     * @return closed by the store or tool that opened it
     */
    MetadataRegister open(EngineRuntime runtime);

    /**
     * The source for a URI, from the provider of its scheme.
     *
     * @throws InvalidRequestException if the class path has no such provider, or the provider refuses the URI
     */
    static RegisterSource of(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        for (RegisterProvider provider : ServiceProviders.of(RegisterProvider.class, RegisterSource.class)) {
            if (provider.schemes().contains(scheme)) {
                return provider.source(uri);
            }
        }
        // Not the URI itself, which may hold a password.
        throw new InvalidRequestException("register scheme=" + scheme + ": no register of this kind on the class path;"
                + " for postgresql add the dependency io.s3stream:register-postgresql");
    }
}
