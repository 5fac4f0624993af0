package io.s3stream.storage.s3.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class S3LocationTest {

    private static S3Location parse(String uri) {
        return S3Location.parse(URI.create(uri));
    }

    @Test
    void parserReadsAllOptions() {
        S3Location location = parse("s3://bucket/a/b/?region=eu-central-1&endpoint=http://127.0.0.1:9000&pathStyle=true"
                + "&unorderedListing=true&unsafeSkipProbe=true&sse=kms&kmsKeyId=k1&dataStorageClass=D"
                + "&metaStorageClass=M&walStorageClass=W&requesterPays=true&requestChecksums=whenSupported"
                + "&responseChecksums=whenSupported&connectTimeout=1s&readTimeout=2s&callTimeout=10s&retries=7"
                + "&proxy=http://proxy:3128&caFile=/ca.pem&allowHttp=true");

        assertThat(location.bucket()).isEqualTo("bucket");
        assertThat(location.prefix()).isEqualTo("a/b/");
        S3Options options = location.options();
        assertThat(options.region()).contains("eu-central-1");
        assertThat(options.endpoint()).contains(URI.create("http://127.0.0.1:9000"));
        assertThat(options.pathStyle()).isTrue();
        assertThat(options.unorderedListing()).isTrue();
        assertThat(options.unsafeSkipProbe()).isTrue();
        assertThat(options.sse()).contains(Encryption.KMS);
        assertThat(options.kmsKeyId()).contains("k1");
        assertThat(options.storageClasses()).isEqualTo(new StorageClasses("D", "M", "W"));
        assertThat(options.requesterPays()).isTrue();
        assertThat(options.requestChecksums()).isEqualTo(Checksums.WHEN_SUPPORTED);
        assertThat(options.responseChecksums()).isEqualTo(Checksums.WHEN_SUPPORTED);
        assertThat(options.timeouts())
                .isEqualTo(new Timeouts(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(3)));
        assertThat(options.retries()).isEqualTo(7);
        assertThat(options.proxy()).contains(new HttpProxy(URI.create("http://proxy:3128"), null, null));
        assertThat(options.caFile()).contains(Path.of("/ca.pem"));
        S3Options amazon = parse("s3://bucket?fips=true&dualStack=true").options();
        assertThat(amazon.fips()).isTrue();
        assertThat(amazon.dualStack()).isTrue();
    }

    @Test
    void bucketAloneIsEnough() {
        S3Location location = parse("s3://bucket");

        assertThat(location.prefix()).isEmpty();
        assertThat(location.options().toString())
                .isEqualTo(S3Options.builder().build().toString())
                .contains("retries=4", "connect=PT5S, read=PT30S, call=PT2M30S, attempt=PT45S");
    }

    @Test
    void directoryBucketIsRecognisedByItsName() {
        S3Location directory = parse("s3://logs--use1-az4--x-s3/p?region=us-east-1");

        assertThat(directory.isDirectory()).isTrue();
        assertThat(directory.options().unorderedListing()).isTrue();
        assertThat(parse("s3://logs--use1-az4--x-s4/p").isDirectory()).isFalse();
    }

    /** The same provider serves data in a standard bucket and the WAL in a directory bucket. */
    @Test
    void storageClassesOfTheHostAreForOtherBucketsThanDirectories() {
        S3Options hosts = S3Options.builder().dataStorageClass("STANDARD_IA").build();

        assertThat(S3Location.parse(URI.create("s3://logs--use1-az4--x-s3/p"), bucket -> hosts)
                        .options()
                        .storageClasses())
                .isEqualTo(StorageClasses.NONE);
        assertThat(S3Location.parse(URI.create("s3://logs/p"), bucket -> hosts)
                        .options()
                        .storageClasses()
                        .data())
                .isEqualTo("STANDARD_IA");
    }

    @Test
    void optionsMayDependOnTheBucket() {
        S3Location location = S3Location.parse(
                URI.create("s3://second/p"),
                bucket -> S3Options.builder().region("region-of-" + bucket).build());

        assertThat(location.options().region()).contains("region-of-second");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            value = {
                "s3:///prefix                                  | has no bucket",
                "s3:bucket                                     | has no bucket",
                "s3://host:9000/bucket                         | a host and port belong into endpoint",
                "s3://bucket/p?regoin=x                        | 'regoin' is unknown",
                "s3://bucket/p?region                          | 'region' has no value",
                "s3://bucket/p?region=                         | 'region' has no value",
                "s3://bucket/p?region=a&region=b               | 'region' is given twice",
                "s3://bucket/p?region=eu%20central             | region='eu central': write the name of a region",
                "s3://bucket/p?pathStyle=yes                   | pathStyle='yes': write true or false",
                "s3://bucket/p?endpoint=127.0.0.1:9000         | endpoint=https://host:port",
                "s3://bucket/p?endpoint=ftp://host             | endpoint=https://host:port",
                "s3://bucket/p?endpoint=http://minio:9000      | allowHttp=true",
                "s3://bucket/p?endpoint=http://10.0.0.1:9000   | allowHttp=true",
                "s3://bucket/p?sse=aes                         | sse='aes': write s3 or kms",
                "s3://bucket/p?kmsKeyId=a%20b                  | kmsKeyId='a b': write the id",
                "s3://bucket/p?sse=s3&kmsKeyId=a               | leave one out, or write sse=kms",
                "s3://bucket/p?dataStorageClass=GLACIER        | dataStorageClass='GLACIER': its objects cannot be read",
                "s3://bucket/p?walStorageClass=a%0Ab           | write the name of a storage class",
                "s3://bucket/p?requestChecksums=always         | write whenRequired or whenSupported",
                "s3://bucket/p?responseChecksums=never         | write whenRequired or whenSupported",
                "s3://bucket/p?connectTimeout=5                | connectTimeout='5': '5' needs a unit",
                "s3://bucket/p?readTimeout=0s                  | write a duration from 1ms to 1h",
                "s3://bucket/p?callTimeout=2h                  | write a duration from 1ms to 1h",
                "s3://bucket/p?retries=21                      | retries='21': write a number from 0 to 20",
                "s3://bucket/p?retries=many                    | retries='many': write a whole number",
                "s3://bucket/p?proxy=proxy                     | proxy=https://host:port",
                "s3://bucket/p?proxy=http://proxy              | it has no port; write http://host:port",
                "s3://bucket/p?fips=true&endpoint=https://h    | the SDK chooses that endpoint itself",
                "s3://bucket/p?dualStack=true&endpoint=https://h | the SDK chooses that endpoint itself",
                "s3://logs--x-s3/p                             | write name--zone--x-s3",
                "s3://b--use1-az4--x-s3/p?pathStyle=true       | pathStyle=true: directory buckets",
                "s3://b--z--x-s3/p?unorderedListing=false      | unorderedListing=false",
                "s3://b--z--x-s3/p?walStorageClass=STANDARD    | directory buckets have one storage class",
                "s3://bucket/p?unorderedListing=maybe          | unorderedListing='maybe'",
                "s3://bucket/a%20b                             | only [A-Za-z0-9._/-]",
                "s3://bucket/p#part                            | fragment",
            })
    void invalidUriIsRefusedWithItsFault(String uri, String expected) {
        assertThatThrownBy(() -> parse(uri))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9000",
                "http://127.1.2.3",
                "http://localhost:1",
                "http://s3.localhost",
                "http://[::1]:9000",
                "https://minio:9000",
                "http://minio:9000&allowHttp=true"
            })
    void plainHttpIsAllowedOnThisMachineOrOnDemand(String endpoint) {
        assertThat(parse("s3://bucket?endpoint=" + endpoint).options().endpoint())
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://ak:hidden@bucket/p",
                "s3://AK:hidden/more@bucket/p",
                "s3://AK:abc/hidden@bucket",
                "s3://AK:hidden/bucket",
                "s3://bucket/p?accessKey=hidden",
                "s3://bucket/p?secret_key=hidden",
                "s3://bucket/p?aws_secret_access_key=hidden",
                "s3://bucket/p?endpoint=http://ak:hidden@host:9000",
                "s3://bucket/p?endpoint=https://ak:hidden@host:9000",
                "s3://bucket/p?endpoint=https://ak:x/hidden@host",
                "s3://bucket/p?endpoint=https://ak:hid%20hidden@host",
                "s3://bucket/p?proxy=http://user:hidden@proxy:3128",
                "s3://bucket/p#hidden",
                "s3://bucket/p?region=eu#hidden",
            })
    void credentialsInUriAreRefusedAndNotRepeated(String uri) {
        assertThatThrownBy(() -> parse(uri))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageNotContaining("hidden")
                .hasMessageContaining("URI")
                .hasNoCause();
    }
}
