package io.s3stream.wal.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.InvalidRequestException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class UriOptionsTest {

    private static UriOptions options(String query) {
        return new UriOptions("test", URI.create("test:///w?" + query));
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidRequestException.class).hasMessage(message);
    }

    @Test
    void messageNamesKindOptionValueUriAndRemedy() {
        assertRefused(
                () -> options("size=1KiB").bytes("size", 0, 2048, 4096),
                "test WAL option size='1KiB' in test:///w?size=1KiB: write 2048 to 4096");
    }

    @Test
    void rangeWithoutMaximumSaysOrMore() {
        assertRefused(
                () -> options("size=1KiB").bytes("size", 0, 2048, Long.MAX_VALUE),
                "test WAL option size='1KiB' in test:///w?size=1KiB: write 2048 or more");
        assertRefused(
                () -> options("rate=0").decimal("rate", 1, 0.5, Double.POSITIVE_INFINITY),
                "test WAL option rate='0' in test:///w?rate=0: write 0.5 or more");
    }

    @Test
    void textThatIsNoNumberIsRefused() {
        assertRefused(
                () -> options("n=1.5").number("n", 1, 1, 2),
                "test WAL option n='1.5' in test:///w?n=1.5: write a whole number");
        assertRefused(
                () -> options("n=x").decimal("n", 1, 1, 2), "test WAL option n='x' in test:///w?n=x: write a number");
        assertThatThrownBy(() -> options("n=NaN").decimal("n", 1, 0, Double.POSITIVE_INFINITY))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void valuesAtBothLimitsAreAccepted() {
        assertThat(options("n=1").number("n", 7, 1, 2)).isEqualTo(1);
        assertThat(options("n=2").number("n", 7, 1, 2)).isEqualTo(2);
        assertThat(options("pause=1s").duration("pause", Duration.ZERO, Duration.ZERO, Duration.ofSeconds(1)))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(options("flag=true").flag("flag")).isTrue();
    }

    @Test
    void rangeOfDurationsHasBothEndsInTheirOrder() {
        Duration second = Duration.ofSeconds(1);
        assertThat(options("pause=1ms..1s").durations("pause", second, Duration.ZERO, second))
                .isEqualTo(new UriOptions.Range(Duration.ofMillis(1), second));
        assertThat(options("pause=5ms")
                        .durations("pause", second, Duration.ZERO, second)
                        .isSingle())
                .isTrue();
        assertThat(options("other=1").durations("pause", second, Duration.ZERO, second))
                .isEqualTo(new UriOptions.Range(second, second));
        assertRefused(
                () -> options("pause=1s..1ms").durations("pause", second, Duration.ZERO, second),
                "test WAL option pause='1s..1ms' in test:///w?pause=1s..1ms: write the shorter duration first, such as"
                        + " 2ms..100ms");
        assertThatThrownBy(() -> options("pause=1ms..2s").durations("pause", second, Duration.ZERO, second))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void absentOptionHasItsDefault() {
        UriOptions none = new UriOptions("test", URI.create("test:///w"));
        assertThat(none.number("n", 7, 1, 2)).isEqualTo(7);
        assertThat(none.flag("flag")).isFalse();
        assertThat(none.text("mode")).isNull();
        none.requireKnown(Set.of());
        none.requireAbsent("mode", "leave it out");
    }

    @Test
    void repeatedUnknownAndMisplacedOptionsAreRefused() {
        assertRefused(
                () -> options("a=1&a=2"), "test WAL option a='2' in test:///w?a=1&a=2: it is given twice; keep one");
        assertRefused(
                () -> options("b=1").requireKnown(Set.of("a")),
                "test WAL option b='1' in test:///w?b=1: there is no such option; known are [a]");
        assertRefused(
                () -> options("a").requireAbsent("a", "leave it out"),
                "test WAL option a='' in test:///w?a: leave it out");
        assertRefused(
                () -> options("a=yes").flag("a"), "test WAL option a='yes' in test:///w?a=yes: write true or false");
    }
}
