package io.s3stream.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.metadata.MetadataRegister.Versioned;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of a {@link MetadataRegister}: every sentence of its Javadoc as a test. */
public abstract class MetadataRegisterContract {

    private static final int RACERS = 16;

    private MetadataRegister register;

    /** Opens an empty register, to be tested. Closed after each test. */
    protected abstract MetadataRegister openRegister() throws Exception;

    /**
     * Returns whether concurrent compare-and-sets have exactly one winner. Only registers for tests may return false.
     */
    protected boolean supportsRaces() {
        return true;
    }

    @BeforeEach
    void openRegisterUnderTest() throws Exception {
        register = openRegister();
    }

    @AfterEach
    void closeRegister() {
        register.close();
    }

    @Test
    void aNewRegisterIsEmpty() {
        assertThat(await(register.read())).isEmpty();
    }

    @Test
    void theFirstValueIsSetOnceOnly() {
        assertThat(set(Optional.empty(), "first")).isPresent();
        assertThat(set(Optional.empty(), "second")).isEmpty();

        assertThat(text(await(register.read()))).isEqualTo("first");
    }

    @Test
    void aReadNamesTheVersionThatTheNextWriteExpects() {
        set(Optional.empty(), "one");
        String version = await(register.read()).orElseThrow().version();

        assertThat(set(Optional.of(version), "two")).isPresent();
        assertThat(text(await(register.read()))).isEqualTo("two");
    }

    @Test
    void theVersionAnsweredByAWriteIsTheVersionRead() {
        Optional<String> version = set(Optional.empty(), "one");

        assertThat(await(register.read()).map(Versioned::version)).isEqualTo(version);
    }

    @Test
    void aWriteThatExpectsAnOldVersionChangesNothing() {
        Optional<String> first = set(Optional.empty(), "one");
        set(first, "two");

        assertThat(set(first, "three")).isEmpty();
        assertThat(text(await(register.read()))).isEqualTo("two");
    }

    @Test
    void aWriteThatExpectsAVersionOfAnEmptyRegisterChangesNothing() {
        assertThat(set(Optional.of("0123456789abcdef0123456789abcdef"), "x")).isEmpty();
        assertThat(await(register.read())).isEmpty();
    }

    @Test
    void readIfChangedAnswersOnlyWhatIsNew() {
        String first = set(Optional.empty(), "one").orElseThrow();
        assertThat(await(register.readIfChanged(first))).isEmpty();

        set(Optional.of(first), "two");

        assertThat(text(await(register.readIfChanged(first)))).isEqualTo("two");
    }

    @Test
    void aValueMayHaveHundredsOfKilobytes() {
        byte[] value = "0123456789".repeat(20_000).getBytes(StandardCharsets.UTF_8);

        await(register.compareAndSet(Optional.empty(), value));

        assertThat(await(register.read()).orElseThrow().value()).isEqualTo(value);
    }

    @Test
    void theCallerMayReuseTheArrayItPassed() {
        byte[] value = "kept".getBytes(StandardCharsets.UTF_8);
        CompletableFuture<Optional<String>> set = register.compareAndSet(Optional.empty(), value);
        value[0] = '!';
        await(set);

        assertThat(text(await(register.read()))).isEqualTo("kept");
    }

    @Test
    void ofConcurrentWritesExactlyOneWins() {
        assumeTrue(supportsRaces());
        Optional<String> version = Optional.empty();
        for (int round = 0; round < 10; round++) {
            List<CompletableFuture<Optional<String>>> attempts = new ArrayList<>();
            for (int racer = 0; racer < RACERS; racer++) {
                byte[] value = ("round " + round + " racer " + racer).getBytes(StandardCharsets.UTF_8);
                attempts.add(register.compareAndSet(version, value));
            }
            List<String> winners = attempts.stream()
                    .map(MetadataRegisterContract::await)
                    .flatMap(Optional::stream)
                    .toList();
            assertThat(winners).hasSize(1);
            version = await(register.read()).map(Versioned::version);
            assertThat(version).hasValue(winners.get(0));
        }
    }

    private Optional<String> set(Optional<String> expected, String text) {
        return await(register.compareAndSet(expected, text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(Optional<Versioned> value) {
        return new String(value.orElseThrow().value(), StandardCharsets.UTF_8);
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (Exception e) {
            throw new AssertionError("no answer within 60 s", e);
        }
    }
}
