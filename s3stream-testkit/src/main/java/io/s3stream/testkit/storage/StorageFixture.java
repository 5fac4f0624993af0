package io.s3stream.testkit.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The common parts of the storage contract: a storage for each test, its ledger of buffers, and shorthands. */
public abstract class StorageFixture {

    /** The number of threads that race for one condition. */
    protected static final int RACERS = 16;

    private static final long DEADLINE_SECONDS = 120;

    private final UnpooledByteBufAllocator ledger = new UnpooledByteBufAllocator(true, true);
    private final ExecutorService threads = Executors.newFixedThreadPool(RACERS);
    private ObjectStorage opened;

    /**
     * Opens the storage under test, empty: over a fresh bucket, prefix or directory. Closed after each test.
     *
     * @param allocator the allocator for all contents; the suite checks that all buffers are released
     */
    protected abstract ObjectStorage openStorage(ByteBufAllocator allocator) throws Exception;

    /**
     * Returns whether concurrent conditional writes have exactly one winner. Only storages for tests may return false.
     */
    protected boolean supportsRaces() {
        return true;
    }

    /** Returns the number of keys in the test of long listings; more than a page, unless the storage is very slow. */
    protected int manyKeys() {
        return 1100;
    }

    /** Returns the minimum size of a part that is not the last. */
    protected int minimumPartBytes() {
        return 5 << 20;
    }

    @BeforeEach
    void openStorageUnderTest() throws Exception {
        opened = openStorage(ledger);
    }

    @AfterEach
    void closeStorageAndCheckTheLedger() throws Exception {
        opened.close();
        threads.shutdown();
        assertThat(threads.awaitTermination(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
        long leaked = ledger.metric().usedDirectMemory() + ledger.metric().usedHeapMemory();
        assertThat(leaked).as("bytes of contents never released").isZero();
    }

    protected final ObjectStorage storage() {
        return opened;
    }

    /** Waits for the future, with a deadline. Throws its failure unwrapped. */
    protected static <T> T await(Future<T> future) {
        try {
            return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer within " + DEADLINE_SECONDS + " s", e);
        }
    }

    /** Asserts that the future fails with this type of exception, and that its message contains all these words. */
    protected static void assertFails(
            CompletableFuture<?> future, Class<? extends Throwable> expected, String... words) {
        assertThatThrownBy(() -> await(future)).isInstanceOf(expected).hasMessageContainingAll(words);
    }

    protected final Optional<String> put(String key, byte[] bytes, PutCondition condition) {
        return await(opened.put(key, ObjectBody.of(bytes), condition));
    }

    /** Writes an object and returns its version. */
    protected final String put(String key, String text) {
        return put(key, bytes(text), PutCondition.ALWAYS).orElseThrow();
    }

    protected final Optional<ObjectContent> get(String key, ByteRange range) {
        return await(opened.get(key, range));
    }

    /** Returns the bytes of an object that must exist. */
    protected final byte[] read(String key, ByteRange range) {
        return take(get(key, range).orElseThrow());
    }

    protected final String readText(String key) {
        return new String(read(key, ByteRange.WHOLE), StandardCharsets.UTF_8);
    }

    /** Copies a content and releases it. */
    protected static byte[] take(ObjectContent content) {
        try (content) {
            return ByteBufUtil.getBytes(content.data());
        }
    }

    protected final List<String> keys(String prefix, String startAfter, int limit) {
        return await(opened.list(prefix, startAfter, limit)).stream()
                .map(ObjectSummary::key)
                .toList();
    }

    /** Returns the keys of all pages. */
    protected final List<String> allKeys(String prefix) {
        List<String> all = new ArrayList<>();
        String last = "";
        for (List<String> page = keys(prefix, last, 1000); !page.isEmpty(); page = keys(prefix, last, 1000)) {
            all.addAll(page);
            last = page.get(page.size() - 1);
        }
        return all;
    }

    /** Runs {@code attempt} on {@value #RACERS} threads at once and returns the results. */
    protected final <T> List<T> race(IntFunction<CompletableFuture<T>> attempt) {
        var start = new CountDownLatch(1);
        List<Future<T>> answers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            int racer = i;
            answers.add(threads.submit(() -> {
                start.await();
                return await(attempt.apply(racer));
            }));
        }
        start.countDown();
        return answers.stream().map(StorageFixture::await).toList();
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the same bytes for the same seed. */
    protected static byte[] randomBytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
