package io.s3stream.storage.s3.client;

import io.s3stream.api.errors.InvalidRequestException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Reads the certificates that the option {@code caFile} names. Stateless; blocks while it reads the file. */
final class TrustedAuthorities {

    private TrustedAuthorities() {}

    /** Returns trust managers that trust the certificates of the file and no others. */
    static TrustManager[] read(Path file) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates(file)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            if (number == 0) {
                throw refused(file, "it has no certificate", null);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (NoSuchFileException e) {
            throw refused(file, "there is no such file", e);
        } catch (IOException | GeneralSecurityException e) {
            throw refused(file, "it cannot be read: " + e.getMessage(), e);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    private static InvalidRequestException refused(Path file, String why, @Nullable Exception cause) {
        return new InvalidRequestException(
                "S3 option caFile='" + file + "': " + why + "; write the path of a file of certificates in PEM format",
                cause);
    }
}
