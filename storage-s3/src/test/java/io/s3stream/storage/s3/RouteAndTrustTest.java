package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.storage.s3.options.S3Options;
import io.s3stream.storage.s3.options.S3OptionsBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The proxy and the certificates that the options name are the ones in use. */
class RouteAndTrustTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    Path dir;

    @Test
    void serverWithACertificateOfTheFileIsTrusted() throws Exception {
        KeyStore keys = keys("server");
        try (FakeS3 s3 = new FakeS3(tls(keys))) {
            put(s3.uri("&retries=0&caFile=" + pem(keys)), options());

            assertThat(s3.requests()).hasSize(1);
        }
    }

    @Test
    void serverOfAnotherAuthorityIsRefused() throws Exception {
        try (FakeS3 s3 = new FakeS3(tls(keys("server")))) {
            String other = pem(keys("other"));
            for (String more : new String[] {"", "&caFile=" + other}) {
                assertThatThrownBy(() -> put(s3.uri("&retries=0" + more), options()))
                        .isInstanceOf(StorageException.class)
                        .hasMessageContainingAll(
                                "PutObject object=data/x in bucket=bucket",
                                "certificate of the server is not trusted",
                                "caFile");
            }
            assertThat(s3.requests()).isEmpty();
        }
    }

    @Test
    void httpAtAPortOfHttpsIsExplained() throws Exception {
        try (FakeS3 s3 = new FakeS3(tls(keys("server")))) {
            URI uri = URI.create("s3://bucket/p?pathStyle=true&retries=0&endpoint=http://127.0.0.1:" + s3.port());

            assertThatThrownBy(() -> put(uri, options()))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("write endpoint=https://");
        }
    }

    @Test
    void fileWithoutCertificatesIsRefused() throws Exception {
        Path empty = Files.writeString(dir.resolve("empty.pem"), "");
        Path broken = Files.writeString(
                dir.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        for (Path file : new Path[] {dir.resolve("missing.pem"), empty, broken}) {
            assertThatThrownBy(() -> put(
                            URI.create("s3://bucket?endpoint=https://127.0.0.1:1"),
                            builder().caFile(file).build()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContainingAll("S3 option caFile='" + file + "'", "PEM format");
        }
    }

    @Test
    void requestsGoThroughTheProxy() throws Exception {
        KeyStore keys = keys("server");
        try (FakeS3 s3 = new FakeS3(tls(keys));
                ConnectProxy proxy = new ConnectProxy()) {
            put(s3.uri("&retries=0&caFile=" + pem(keys) + "&proxy=" + proxy.uri()), options());

            assertThat(s3.requests()).hasSize(1);
            assertThat(proxy.heads()).singleElement().asString().startsWith("CONNECT 127.0.0.1:" + s3.port() + " ");
        }
    }

    /** The host that the SDK asks the proxy for shows which endpoint it chose. */
    @ParameterizedTest
    @CsvSource({
        "s3://data?fips=true, data.s3-fips.eu-west-1.amazonaws.com",
        "s3://data?dualStack=true, data.s3.dualstack.eu-west-1.amazonaws.com",
        "s3://data?pathStyle=true, s3.eu-west-1.amazonaws.com",
        "s3://wal--euw1-az1--x-s3?retries=0, wal--euw1-az1--x-s3.s3express-euw1-az1.eu-west-1.amazonaws.com"
    })
    void endpointFollowsTheOptions(String uri, String host) throws Exception {
        try (ConnectProxy proxy = new ConnectProxy()) {
            URI whole = URI.create(
                    uri + (uri.contains("retries") ? "" : "&retries=0") + "&region=eu-west-1&proxy=" + proxy.uri());
            assertThatThrownBy(() -> put(whole, options())).isInstanceOf(StorageException.class);

            assertThat(proxy.heads())
                    .isNotEmpty()
                    .allSatisfy(head -> assertThat(head).startsWith("CONNECT " + host + ":443 "));
        }
    }

    @Test
    void proxyGetsItsUser() throws Exception {
        KeyStore keys = keys("server");
        try (FakeS3 s3 = new FakeS3(tls(keys));
                ConnectProxy proxy = new ConnectProxy()) {
            S3Options options =
                    builder().proxy(proxy.uri()).proxyUser("user", "secret").build();
            put(s3.uri("&retries=0&caFile=" + pem(keys)), options);

            assertThat(proxy.heads())
                    .singleElement()
                    .asString()
                    .containsIgnoringCase("proxy-authorization: Basic "
                            + Base64.getEncoder().encodeToString("user:secret".getBytes()));
        }
    }

    private static S3OptionsBuilder builder() {
        return S3Options.builder().credentials(S3Mock.ANYBODY);
    }

    private static S3Options options() {
        return builder().build();
    }

    private static void put(URI uri, S3Options options) {
        try (var storage = FakeS3.open(uri, options)) {
            storage.put("data/x", ObjectBody.of(new byte[1]), PutCondition.ALWAYS)
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** A new key with a certificate of its own for 127.0.0.1, made by the tool of the JDK. */
    private KeyStore keys(String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = dir.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "key",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "3650",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(output).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private static SSLContext tls(KeyStore keys) throws GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private String pem(KeyStore keys) throws IOException, GeneralSecurityException {
        Certificate certificate = keys.getCertificate("key");
        Path file = Files.createTempFile(dir, "ca", ".pem");
        Files.writeString(
                file,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        return file.toString();
    }
}
