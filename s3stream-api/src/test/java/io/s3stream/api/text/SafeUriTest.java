package io.s3stream.api.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.InvalidRequestException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** URIs are shown without secrets. */
class SafeUriTest {

    @ParameterizedTest
    @CsvSource({
        "s3://KEY:SECRET@bucket/p, s3://***@bucket/p",
        "s3://KEY:abc/SECRET@bucket, s3://***@bucket",
        "s3://KEY:SECRET/more/bucket, s3://KEY:***",
        "s3://KEY:123/SECRET@bucket, s3://***@bucket",
        "s3://bucket/p?endpoint=https://a:SECRET@h/, s3://bucket/p?endpoint=***",
        "s3://bucket/p?endpoint=https://a:SECRET%40h/&region=x, s3://bucket/p?endpoint=***&region=x",
        "s3://bucket/p?aws_secret_access_key=SECRET, s3://bucket/p?aws_secret_access_key=***",
        "s3://bucket/p?session-token=SECRET&linger=2ms, s3://bucket/p?session-token=***&linger=2ms",
        "s3://bucket/p#SECRET, s3://bucket/p#***",
        "s3://KEY:a?SECRET@bucket, s3://KEY:***?***",
        "postgresql://user:SECRET@host/db?password=SECRET, postgresql://***@host/db?password=***",
        "KEY:SECRET@bucket, ***@bucket",
    })
    void secretIsHidden(String uri, String shown) {
        assertThat(SafeUri.of(uri)).isEqualTo(shown).doesNotContain("SECRET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket/p?region=eu-central-1&endpoint=https://h:9000&kmsKeyId=alias/k",
                "postgresql://one:5432,two:5433/db?store=NAME",
                "block:///data/wal?capacity=1GiB",
                "file:///home/a@b/data",
                "nfs:///data#1/wal",
                "file:///data/***/objects",
                "s3://bucket/team@eu/prefix?region=eu-central-1",
                "store:/?linger=2ms..100ms",
                "memory:/",
                "/data/a@b",
                "C:\\wal",
            })
    void uriWithoutSecretIsShownWhole(String uri) {
        assertThat(SafeUri.of(uri)).isEqualTo(uri);
        assertThat(SafeUri.hasUserInfo(uri)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://KEY:abc/SECRET@bucket",
                "s3://KEY:SECRET@bucket/a b",
                "s3://KEY:SECRET/a b",
                "s3://bucket/p?anything=SECRET b",
                "s3://bucket/p?endpoint=https://a:SECRET@h/ b",
                "s3://bucket/a b#SECRET",
                "KEY:SECRET@bucket/a b",
            })
    void builderRefusesTheUriAndDoesNotRepeatTheSecret(String uri) {
        Stream.<Runnable>of(
                        () -> StreamStore.builder().storage(uri),
                        () -> StreamStore.builder().wal(uri),
                        () -> StreamStore.builder().walFallback(uri),
                        () -> StreamStore.builder().register(uri.replace("KEY:abc/SECRET", "SECRET ")))
                .forEach(call -> assertThatThrownBy(call::run)
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageNotContaining("SECRET")
                        .hasNoCause());
    }

    @Test
    void userInformationIsRefusedAtOnce() {
        assertThatThrownBy(() -> StreamStore.builder().wal("s3://KEY:SECRET@bucket/p"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContainingAll("wal=s3://***@bucket/p", "user information", "credentials");
    }
}
