package io.s3stream.storage.s3.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

class S3OptionsTest {

    @Test
    void optionsThatShapeAClientAreRefusedWithAClientOfTheHost() {
        List<UnaryOperator<S3OptionsBuilder>> shaping = List.of(
                options -> options.credentials(AnonymousCredentialsProvider.create()),
                options -> options.region("eu-central-1"),
                options -> options.endpoint(URI.create("https://host")),
                options -> options.pathStyle(true),
                options -> options.requestChecksums(Checksums.WHEN_SUPPORTED),
                options -> options.responseChecksums(Checksums.WHEN_SUPPORTED),
                options -> options.connectTimeout(Duration.ofSeconds(1)),
                options -> options.readTimeout(Duration.ofSeconds(1)),
                options -> options.callTimeout(Duration.ofSeconds(1)),
                options -> options.retries(1),
                options -> options.proxy(URI.create("http://proxy:3128")),
                options -> options.caFile(Path.of("/ca.pem")),
                options -> options.fips(true),
                options -> options.dualStack(true));
        try (S3AsyncClient client = client()) {
            assertThat(shaping)
                    .allSatisfy(option -> assertThatThrownBy(
                                    () -> option.apply(S3Options.builder().client(client))
                                            .build())
                            .isInstanceOf(InvalidRequestException.class)
                            .hasMessageContaining("S3 options client and ")
                            .hasMessageContaining("leave one out"));
            assertThat(S3Options.builder()
                            .client(client)
                            .sse(Encryption.S3)
                            .requesterPays(true)
                            .build()
                            .client())
                    .contains(client);
        }
    }

    @Test
    void builtOptionsDoNotFollowTheirBuilder() {
        S3OptionsBuilder builder = S3Options.builder().region("eu-central-1");
        S3Options options = builder.build();
        builder.region("us-east-1");
        options.toBuilder().region("us-east-2");

        assertThat(options.region()).contains("eu-central-1");
    }

    @Test
    void userOfAProxyNeedsAProxy() {
        assertThatThrownBy(() -> S3Options.builder().proxyUser("user", "hidden"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("proxy(http://host:port)")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void textOfOptionsHasNoSecret() {
        S3Options options = S3Options.builder()
                .credentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIA", "hidden")))
                .proxy(URI.create("http://proxy:3128"))
                .proxyUser("user", "hidden")
                .build();

        assertThat(options.toString()).contains("proxy:3128").doesNotContain("hidden", "AKIA");
        assertThat(options.proxy().orElseThrow().toString()).doesNotContain("hidden");
        assertThat(options.proxy().orElseThrow().password()).isEqualTo("hidden");
    }

    private static S3AsyncClient client() {
        return S3AsyncClient.builder()
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build();
    }
}
