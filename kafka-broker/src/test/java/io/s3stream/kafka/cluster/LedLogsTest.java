package io.s3stream.kafka.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StorageException;
import io.s3stream.kafka.catalogue.PartitionState;
import io.s3stream.kafka.catalogue.Topic;
import io.s3stream.kafka.catalogue.TopicConfigs;
import io.s3stream.kafka.cluster.decisions.Assignment.Task;
import io.s3stream.kafka.partition.LogSettings;
import io.s3stream.kafka.partition.PartitionLogs;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A call of the store that fails must not leave a partition without a leader. */
class LedLogsTest {

    @TempDir
    Path dir;

    private StreamStore store;
    private PartitionLogs opener;
    private Task task;

    /** Calls of the store that still throw. */
    private final AtomicInteger faults = new AtomicInteger();

    /** Readings of a log that still fail. */
    private final AtomicInteger unreadable = new AtomicInteger();

    private final AtomicInteger openings = new AtomicInteger();

    @BeforeEach
    void open() {
        store = StreamStore.builder()
                .storage(dir.resolve("objects").toUri())
                .wal(URI.create("block:" + dir.resolve("wal") + "?capacity=64MiB"))
                .nodeId(1)
                .open();
        opener = new PartitionLogs(store, LogSettings.DEFAULTS, Clock.systemUTC());
        PartitionState partition = new PartitionState(0, create("log"), create("producers"), -1, 0);
        task = new Task(
                new Topic(Uuid.randomUuid(), "topic", create("topic"), TopicConfigs.DEFAULTS, List.of(partition)),
                partition);
    }

    private long create(String name) {
        return store.createStream(CreateOptions.named(name)).join();
    }

    @AfterEach
    void close() {
        store.close();
        opener.close();
    }

    @Test
    void aStreamIsFreeAgainAfterACallThatThrows() {
        for (int calls = 1; calls <= 4; calls++) {
            faults.set(calls);
            LedLogs logs = new LedLogs(faulty(), opener, new ClusterListeners(), () -> {}, new ClusterParts());
            long stream = task.partition().streamId();
            await().untilAsserted(() -> {
                logs.open(List.of(task), 10);
                assertThat(logs.isServing(stream)).isTrue();
            });
            assertThat(faults).hasValue(0);
            await().untilAsserted(() -> {
                logs.release(List.of(task), 10);
                assertThat(logs.get(stream)).isEmpty();
                assertThat(logs.busy()).isZero();
            });
        }
    }

    /** Closing and opening again would take several commits, in which the partition has no leader. */
    @Test
    void aLogIsReadAgainAfterAFailedReading() {
        unreadable.set(3);
        LedLogs logs = new LedLogs(faulty(), opener, new ClusterListeners(), () -> {}, new ClusterParts());
        logs.open(List.of(task), 10);

        await().untilAsserted(() ->
                assertThat(logs.isServing(task.partition().streamId())).isTrue());

        assertThat(openings).as("calls of openStreams").hasValue(1);
    }

    @Test
    void aLogThatStaysUnreadableIsClosedAndFree() {
        unreadable.set(4);
        LedLogs logs = new LedLogs(faulty(), opener, new ClusterListeners(), () -> {}, new ClusterParts());
        logs.open(List.of(task), 10);

        await().untilAsserted(() -> assertThat(logs.busy()).isZero());

        assertThat(store.openStreams()).isEmpty();
        logs.open(List.of(task), 10);
        await().untilAsserted(() ->
                assertThat(logs.isServing(task.partition().streamId())).isTrue());
    }

    /** No other broker can open a partition whose stream is open here. */
    @Test
    void aPartitionThatIsOwnedWithoutALogIsOpened() {
        LedLogs logs = new LedLogs(store, opener, new ClusterListeners(), () -> {}, new ClusterParts());
        PartitionState partition = task.partition();
        Stream lost =
                store.openStream(partition.streamId(), OpenOptions.owner()).join();
        logs.reopen(List.of(topic(1, lost.epoch())), 2, 10);
        assertThat(logs.busy()).as("owned by another broker").isZero();

        logs.reopen(List.of(topic(1, lost.epoch())), 1, 10);

        await().untilAsserted(
                        () -> assertThat(logs.isServing(partition.streamId())).isTrue());
    }

    @Test
    void aPartitionThatWasReleasedIsNotOpenedBecauseOfAnOldView() {
        LedLogs logs = new LedLogs(store, opener, new ClusterListeners(), () -> {}, new ClusterParts());
        logs.open(List.of(task), 10);
        long stream = task.partition().streamId();
        await().untilAsserted(() -> assertThat(logs.isServing(stream)).isTrue());
        long epoch = store.openStreams().stream()
                .filter(open -> open.id() == stream)
                .findFirst()
                .orElseThrow()
                .epoch();
        logs.release(List.of(task), 10);
        await().untilAsserted(() -> assertThat(logs.busy()).isZero());

        logs.reopen(List.of(topic(1, epoch)), 1, 10);

        assertThat(logs.busy()).isZero();
        assertThat(store.openStreams()).isEmpty();
    }

    /** The topic as a view shows it. */
    private Topic topic(int owner, long epoch) {
        PartitionState partition = task.partition();
        return new Topic(
                task.topic().id(),
                "topic",
                task.topic().streamId(),
                TopicConfigs.DEFAULTS,
                List.of(new PartitionState(0, partition.streamId(), partition.producersStreamId(), owner, epoch)));
    }

    /** The store, which throws errors from openStreams first. Its streams throw when their logs are read. */
    @SuppressWarnings("unchecked")
    private StreamStore faulty() {
        return (StreamStore) Proxy.newProxyInstance(
                StreamStore.class.getClassLoader(), new Class<?>[] {StreamStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("openStreams")
                            && faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new OutOfMemoryError("injected");
                    }
                    Object result = invoke(store, method, arguments);
                    if (!method.getName().equals("openStreams")) {
                        return result;
                    }
                    openings.incrementAndGet();
                    return ((CompletableFuture<List<Stream>>) result)
                            .thenApply(streams ->
                                    streams.stream().map(this::unreadable).toList());
                });
    }

    private Stream unreadable(Stream stream) {
        return (Stream) Proxy.newProxyInstance(
                Stream.class.getClassLoader(), new Class<?>[] {Stream.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("startOffset")
                            && stream.id() == task.partition().streamId()
                            && unreadable.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw new StorageException("injected");
                    }
                    return invoke(stream, method, arguments);
                });
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
