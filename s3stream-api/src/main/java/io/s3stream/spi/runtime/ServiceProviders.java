package io.s3stream.spi.runtime;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Finds providers from any thread. The library may be loaded by a plugin's class loader while the thread's context
 * class loader is another one, or null. So the loader of the class that asks comes first, then that of the service, and
 * the context class loader last. Stateless.
 */
public final class ServiceProviders {

    private ServiceProviders() {}

    /**
     * Returns an instance of each provider, in the order of discovery.
     *
     * @param near a class of the library's own loader
     * @throws ServiceConfigurationError when a provider is broken and no other was found
     */
    public static <S> List<S> of(Class<S> service, Class<?> near) {
        Map<String, S> found = new LinkedHashMap<>();
        ServiceConfigurationError broken = null;
        ClassLoader[] loaders = {
            near.getClassLoader(),
            service.getClassLoader(),
            Thread.currentThread().getContextClassLoader()
        };
        for (ClassLoader loader : loaders) {
            ServiceConfigurationError error = loader == null ? null : add(service, loader, found);
            broken = broken == null ? error : broken;
        }
        if (found.isEmpty() && broken != null) {
            throw broken;
        }
        return List.copyOf(found.values());
    }

    /** A loader that has another copy of the library offers providers which do not fit: they are passed over. */
    private static <S> @Nullable ServiceConfigurationError add(
            Class<S> service, ClassLoader loader, Map<String, S> found) {
        ServiceConfigurationError broken = null;
        Iterator<ServiceLoader.Provider<S>> providers =
                ServiceLoader.load(service, loader).stream().iterator();
        for (boolean more = true; more; ) {
            try {
                more = providers.hasNext();
                if (more) {
                    ServiceLoader.Provider<S> provider = providers.next();
                    found.computeIfAbsent(provider.type().getName(), absent -> provider.get());
                }
            } catch (ServiceConfigurationError e) {
                broken = e;
            }
        }
        return broken;
    }
}
