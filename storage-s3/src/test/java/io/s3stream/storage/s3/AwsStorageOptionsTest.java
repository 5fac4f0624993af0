package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AwsStorageOptionsTest {

    @Test
    void parserReadsAllOptions() {
        var options = AwsStorageOptions.parse(
                URI.create(
                        "s3://bucket/a/b/?region=eu-central-1&endpoint=http://127.0.0.1:9000&pathStyle=true&unorderedListing=true&unsafeSkipProbe=true"));

        assertThat(options)
                .isEqualTo(new AwsStorageOptions(
                        "bucket",
                        "a/b/",
                        Optional.of("eu-central-1"),
                        Optional.of(URI.create("http://127.0.0.1:9000")),
                        true,
                        true,
                        true));
    }

    @Test
    void bucketAloneIsEnough() {
        assertThat(AwsStorageOptions.parse(URI.create("s3://bucket")))
                .isEqualTo(
                        new AwsStorageOptions("bucket", "", Optional.empty(), Optional.empty(), false, false, false));
    }

    @Test
    void directoryBucketIsRecognisedByItsName() {
        assertThat(AwsStorageOptions.parse(URI.create("s3://logs--use1-az4--x-s3/p?region=us-east-1"))
                        .unorderedListing())
                .isTrue();
        assertThat(AwsStorageOptions.parse(URI.create("s3://logs--use1-az4--x-s4/p"))
                        .unorderedListing())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "s3:///prefix,                                   has no bucket",
                "s3:bucket,                                      has no bucket",
                "s3://host:9000/bucket,                          bucket='host:9000'",
                "s3://bucket/p?regoin=x,                         'regoin' is unknown",
                "s3://bucket/p?region,                           'region' has no value",
                "s3://bucket/p?region=,                          'region' has no value",
                "s3://bucket/p?region=a&region=b,                'region' is given twice",
                "s3://bucket/p?pathStyle=yes,                    pathStyle='yes'",
                "s3://bucket/p?endpoint=127.0.0.1:9000,          endpoint=https://host:port",
                "s3://bucket/p?endpoint=ftp://host,              endpoint=https://host:port",
                "s3://logs--x-s3/p,                              write name--zone--x-s3",
                "s3://b--use1-az4--x-s3/p?pathStyle=true,        pathStyle=true: directory buckets",
                "s3://b--z--x-s3/p?unorderedListing=false,       unorderedListing=false",
                "s3://bucket/p?unorderedListing=maybe,           unorderedListing='maybe'",
                "s3://bucket/a%20b,                              only [A-Za-z0-9._/-]",
                "s3://bucket/p#part,                             fragment",
            })
    void invalidUriIsRefusedWithItsFault(String uri, String expected) {
        assertThatThrownBy(() -> AwsStorageOptions.parse(URI.create(uri)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "s3://ak:hidden@bucket/p",
        "s3://bucket/p?accessKey=hidden",
        "s3://bucket/p?secret_key=hidden",
        "s3://bucket/p?aws_secret_access_key=hidden",
        "s3://bucket/p?endpoint=http://ak:hidden@host:9000",
    })
    void credentialsInUriAreRefusedAndNotRepeated(String uri) {
        assertThatThrownBy(() -> AwsStorageOptions.parse(URI.create(uri)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageNotContaining("hidden")
                .hasMessageContaining("URI");
    }
}
