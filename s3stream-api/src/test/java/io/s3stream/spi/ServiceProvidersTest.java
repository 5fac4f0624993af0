package io.s3stream.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.spi.runtime.ServiceProviders;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProvidersTest {

    /** A service of this test. */
    public interface Service {}

    /** Named by a file that a test writes. */
    public static final class Provider implements Service {}

    @TempDir
    Path directory;

    private final Thread thread = Thread.currentThread();
    private final ClassLoader before = thread.getContextClassLoader();

    @AfterEach
    void restore() {
        thread.setContextClassLoader(before);
    }

    /** Its classes are those of this test. */
    private URLClassLoader offering(String provider) throws IOException {
        Path file = directory.resolve("META-INF/services/" + Service.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, provider);
        return new URLClassLoader(new URL[] {directory.toUri().toURL()}, ServiceProvidersTest.class.getClassLoader());
    }

    /** The same classes once more, as in a plugin. */
    private URLClassLoader plugin() throws IOException {
        URL classes =
                ServiceProvidersTest.class.getProtectionDomain().getCodeSource().getLocation();
        URL api = ServiceProviders.class.getProtectionDomain().getCodeSource().getLocation();
        offering(Provider.class.getName()).close();
        return new URLClassLoader(
                new URL[] {directory.toUri().toURL(), classes, api}, ClassLoader.getPlatformClassLoader());
    }

    @Test
    void aProviderOfTheContextClassLoaderIsFoundOnce() throws Exception {
        try (URLClassLoader context = offering(Provider.class.getName())) {
            thread.setContextClassLoader(context);
            assertThat(ServiceProviders.of(Service.class, ServiceProvidersTest.class))
                    .hasExactlyElementsOfTypes(Provider.class);
        }
    }

    @Test
    void theLibrarysOwnLoaderIsAskedWithAnyContextClassLoader() throws Exception {
        try (URLClassLoader plugin = plugin()) {
            Class<?> finder = plugin.loadClass(ServiceProviders.class.getName());
            Class<?> service = plugin.loadClass(Service.class.getName());
            Class<?> near = plugin.loadClass(ServiceProvidersTest.class.getName());
            for (ClassLoader context : new ClassLoader[] {null, ClassLoader.getPlatformClassLoader(), before, plugin}) {
                thread.setContextClassLoader(context);
                List<?> found = (List<?>)
                        finder.getMethod("of", Class.class, Class.class).invoke(null, service, near);
                assertThat(found).as("context class loader %s", context).hasSize(1);
                assertThat(found.get(0).getClass().getClassLoader()).isSameAs(plugin);
            }
        }
    }

    /** The context class loader has another copy of the library, whose providers do not fit. */
    @Test
    void providersOfAnotherCopyArePassedOver() throws Exception {
        try (URLClassLoader plugin = plugin();
                URLClassLoader own = offering(Provider.class.getName())) {
            thread.setContextClassLoader(own);
            Class<?> service = plugin.loadClass(Service.class.getName());
            Class<?> near = plugin.loadClass(ServiceProvidersTest.class.getName());
            assertThat(ServiceProviders.of(service, near)).hasSize(1);
        }
    }

    @Test
    void aBrokenProviderIsNamedWhenThereIsNoOther() throws Exception {
        try (URLClassLoader context = offering("no.such.Provider")) {
            thread.setContextClassLoader(context);
            assertThatThrownBy(() -> ServiceProviders.of(Service.class, ServiceProvidersTest.class))
                    .isInstanceOf(ServiceConfigurationError.class)
                    .hasMessageContaining("no.such.Provider");
        }
    }
}
