package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.s3stream.api.BatchFilter;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StoreClosedException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.errors.Failures;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A method that returns a future reports every error through it: callers look in one place. */
@Timeout(120)
class FutureErrorsTest {

    /** Their arguments cannot be wrong, or a wrong one does nothing. */
    private static final List<String> ALWAYS_ANSWER = List.of(
            "StreamStore.flush",
            "StreamStore.listNodes",
            "StreamStore.listKeptObjects",
            "StreamStore.snapshot",
            "StreamReader.refresh",
            "StreamReader.closed",
            "StreamReader.close",
            "StreamReader.whenDurable",
            "StreamReader.offsetForTimestamp",
            "StreamReader.offsetOfMaxTimestamp",
            "StreamStore.describeStream",
            "Stream.close",
            "Stream.flush",
            "Stream.writable");

    @TempDir
    Path dir;

    @Test
    void noMethodThrowsWhenItsArgumentsAreWrong() {
        try (StreamStore store = Stores.open(Stores.in(dir))) {
            Stores.own(store, "kept");
            int[] handles = {0};
            for (Method method : futures(StreamStore.class)) {
                assertFails(method, () -> store);
            }
            for (Method method : futures(StreamReader.class)) {
                assertFails(method, () -> Stores.read(store, "kept"));
                assertFails(method, () -> Stores.own(store, "r" + handles[0]++));
            }
            for (Method method : futures(Stream.class)) {
                assertFails(method, () -> Stores.own(store, "s" + handles[0]++));
            }
            assertThat(Stores.get(store.findStream("kept"))).isPresent();
        }
        for (Method method : futures(StreamStoreBuilder.class)) {
            assertFails(method, StreamStore::builder);
        }
    }

    @Test
    void noMethodThrowsWhenTheStoreIsClosed() {
        StreamStore store = Stores.open(Stores.in(dir));
        Stream stream = Stores.own(store, "a");
        StreamReader reader = Stores.read(store, "a");
        Stores.close(store);
        List<CompletableFuture<?>> answers = new ArrayList<>(List.of(
                store.createStream(CreateOptions.unnamed()),
                store.createStreams(List.of(CreateOptions.unnamed())),
                store.openStream(1, OpenOptions.owner()),
                store.openStreams(List.of(1L), OpenOptions.owner()),
                store.openReader(1),
                store.findStream("a"),
                store.describeStream(1),
                store.listStreams("", 0, 1),
                store.describeRanges(1),
                store.updateTags(1, Map.of(), Map.of()),
                store.seal(1),
                store.rewrite(1, 0, 1, batch -> BatchFilter.Verdict.keep()),
                store.removeNode(7),
                store.listNodes(),
                store.commit(List.of()),
                store.setNodeTags(Map.of()),
                store.snapshot(),
                store.listKeptObjects(),
                store.deleteStream(1),
                store.switchWal(store.wal()),
                store.takeOver(7),
                stream.trim(0).thenCompose(nothing -> stream.sizeBytes(0, 1)),
                stream.fetch(0, 1, 1, FetchOptions.NO_WAIT),
                stream.whenDurable(1),
                stream.flush(),
                reader.fetch(0, 1, 1, FetchOptions.NO_WAIT),
                reader.whenDurable(1),
                reader.sizeBytes(0, 1),
                reader.offsetForTimestamp(1),
                reader.offsetOfMaxTimestamp(),
                store.whenReadable(List.of(), 1, Duration.ofHours(1)),
                reader.refresh()));
        for (int i = 0; i < answers.size(); i++) {
            CompletableFuture<?> answer = answers.get(i);
            assertThat(Stores.failure(() -> answer)).as("call %s", i).isInstanceOf(StreamException.class);
        }
        assertThat(Stores.failure(() -> store.openReader(1))).isInstanceOf(StoreClosedException.class);
        Stores.get(store.close(Duration.ofSeconds(1)));
    }

    @Test
    void aTrimOutOfRangeFailsItsFuture() {
        try (StreamStore store = Stores.open(Stores.in(dir))) {
            Stream stream = Stores.own(store, "a");
            for (CompletableFuture<?> trim : List.of(stream.trim(-1), stream.trim(1))) {
                assertThat(Stores.failure(() -> trim)).isInstanceOf(InvalidRequestException.class);
            }
        }
    }

    private static List<Method> futures(Class<?> type) {
        List<Method> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getReturnType() == CompletableFuture.class)
                .toList();
        assertThat(methods).isNotEmpty();
        return methods;
    }

    /** Numbers are -1, everything else is null. */
    private static void assertFails(Method method, Supplier<Object> target) {
        String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(type -> type == long.class ? (Object) (-1L) : type == int.class ? (Object) (-1) : null)
                .toArray();
        CompletableFuture<?>[] answer = new CompletableFuture<?>[1];
        assertThatCode(() -> answer[0] = (CompletableFuture<?>) call(method, target.get(), arguments))
                .as(name)
                .doesNotThrowAnyException();
        if (method.getName().equals("closed") && !answer[0].isDone()) {
            answer[0].cancel(false);
            return;
        }
        Throwable failure =
                Stores.get(answer[0].handle((value, error) -> error == null ? null : Failures.unwrap(error)));
        if (ALWAYS_ANSWER.contains(name)) {
            assertThat(failure).as(name).isNull();
        } else {
            assertThat(failure).as(name).isInstanceOf(StreamException.class);
        }
    }

    private static Object call(Method method, Object target, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
