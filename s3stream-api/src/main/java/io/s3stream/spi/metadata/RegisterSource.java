package io.s3stream.spi.metadata;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.spi.runtime.EngineRuntime;
import io.s3stream.spi.runtime.ServiceProviders;
import java.net.URI;
import java.util.Locale;

/** Where a store's register is. Used once for each store that is opened and each tool that is run. */
@FunctionalInterface
public interface RegisterSource {

    /**
     * The register, whose {@code toString} names it in messages, without secrets. Does no I/O: what cannot be reached
     * shows when it is read.
     *
     * @param runtime what blocks goes to an executor of it; closed after the register
     * @return closed by the store or tool that asked for it
     */
    MetadataRegister open(EngineRuntime runtime);

    /**
     * The register that a URI names, by the provider of its scheme.
     *
     * @throws InvalidRequestException if there is none on the class path, or it does not like the URI
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
