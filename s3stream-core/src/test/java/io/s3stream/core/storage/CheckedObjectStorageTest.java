package io.s3stream.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PendingMultipart;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.storage.ObjectStorageContract;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each call of a host's storage ends with an answer or with a failure of this library. [R44]
 */
class CheckedObjectStorageTest extends ObjectStorageContract {

    private final ThreadedTestRuntime threads = new ThreadedTestRuntime(1);

    @AfterEach
    void close() {
        threads.close();
    }

    @Override
    protected ObjectStorage openStorage(ByteBufAllocator allocator) {
        return new CheckedObjectStorage(new MemoryObjectStorage(allocator), threads);
    }

    /** Calls each method once. */
    private static Stream<Function<ObjectStorage, CompletableFuture<?>>> calls() {
        return Stream.of(
                storage -> storage.put("k", ObjectBody.of(new byte[10]), PutCondition.ALWAYS),
                storage -> storage.get("k", ByteRange.WHOLE),
                storage -> storage.getIfChanged("k", "v"),
                storage -> storage.head("k"),
                storage -> storage.list("", "", 10),
                storage -> storage.delete(List.of("k")),
                storage -> storage.createMultipart("k"),
                storage -> storage.listMultiparts(""),
                storage -> storage.abortMultipart(new PendingMultipart("k", "id")));
    }

    private static ObjectStorage answering(Supplier<@Nullable CompletableFuture<?>> answer) {
        return (ObjectStorage) Proxy.newProxyInstance(
                ObjectStorage.class.getClassLoader(),
                new Class<?>[] {ObjectStorage.class},
                (proxy, method, arguments) -> answer.get());
    }

    private void assertFails(
            Supplier<@Nullable CompletableFuture<?>> answer, Function<ObjectStorage, CompletableFuture<?>> call) {
        ObjectStorage checked = new CheckedObjectStorage(answering(answer), threads);
        assertThatThrownBy(() -> call.apply(checked).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StorageException.class);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void exceptionOrNullIsFailureWithUnknownOutcome(Function<ObjectStorage, CompletableFuture<?>> call) {
        assertFails(() -> null, call);
        assertFails(
                () -> {
                    throw new IllegalStateException("simulated");
                },
                call);
        assertFails(
                () -> {
                    throw new StackOverflowError("simulated");
                },
                call);
        assertFails(() -> CompletableFuture.failedFuture(new java.io.IOException("simulated")), call);
        assertFails(() -> CompletableFuture.failedFuture(new OutOfMemoryError("simulated")), call);
    }

    @Test
    void nullAnswerIsFailure() {
        calls().limit(8).forEach(call -> assertFails(() -> CompletableFuture.completedFuture(null), call));
    }

    @Test
    void libraryFailuresPassUnchanged() {
        ObjectStorage checked = new CheckedObjectStorage(
                answering(() -> CompletableFuture.failedFuture(
                        new CompletionException(new InvalidRequestException("simulated")))),
                threads);
        assertThatThrownBy(() -> checked.head("k").join()).hasCauseInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void unansweredCallFailsInTime(Function<ObjectStorage, CompletableFuture<?>> call) {
        Simulator time = new Simulator(1);
        CompletableFuture<?> outcome = call.apply(
                new CheckedObjectStorage(answering(CompletableFuture::new), new SimNode(time, "node", at -> false)));
        time.runFor(Duration.ofMinutes(4).toNanos());
        assertThat(outcome).isNotDone();
        time.runFor(Duration.ofMinutes(30).toNanos());
        assertThat(outcome)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(StorageException.class)
                .withMessageContaining("did not answer");
    }

    @Test
    void bodyOfTimedOutPutIsAbandoned() {
        Simulator time = new Simulator(1);
        ObjectBody body = ObjectBody.of(new byte[10]);
        var put = new CheckedObjectStorage(answering(CompletableFuture::new), new SimNode(time, "node", at -> false))
                .put("k", body, PutCondition.ALWAYS);
        put.whenComplete((version, error) -> assertThat(body.isAbandoned()).isTrue());
        time.runFor(Duration.ofMinutes(10).toNanos());
        assertThat(put).isCompletedExceptionally();
    }

    @Test
    void lateContentIsReleased() {
        Simulator time = new Simulator(1);
        CompletableFuture<Optional<ObjectContent>> answer = new CompletableFuture<>();
        var read = new CheckedObjectStorage(answering(() -> answer), new SimNode(time, "node", at -> false))
                .get("k", ByteRange.WHOLE);
        time.runFor(Duration.ofMinutes(10).toNanos());
        assertThat(read).isCompletedExceptionally();
        ByteBuf late = Unpooled.buffer(10);
        answer.complete(Optional.of(new ObjectContent(late, 0, 0, "v")));
        assertThat(late.refCnt()).isZero();
    }
}
