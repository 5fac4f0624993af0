package io.s3stream.simulation;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.AppendFailedException;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.CoreStoreProvider;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.MetadataClients;
import io.s3stream.core.metadata.MetadataInvariants;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One node that appends, reads, trims, closes, crashes at any step and comes back, over an object storage that fails, is
 * late and loses responses and a disk that tears writes; in the end everything is read and checked.
 */
public final class SingleNodeScenario {

    private static final StorageFaults FAULTS = new StorageFaults(0.02, 0.02, 0.02, 0.02);
    private static final long MAX_EVENTS = 2_000_000;

    private final Simulator simulator;
    private final SimEngine.Factory engine;
    private final int actions;
    private final SimBucket bucket = new SimBucket();
    private final SimDisks disks;
    private final Map<Long, StreamHistory> histories = new TreeMap<>();
    private final Map<Long, Stream> open = new TreeMap<>();
    private final Map<Long, StreamHistory.Handle> handles = new TreeMap<>();
    private final List<List<Member>> groups = new ArrayList<>();
    private final List<Question> unanswered = new ArrayList<>();
    private LongSupplier slabsOut = () -> 0;
    private StorageFaults faults = FAULTS;
    private boolean crashes = true;
    private List<String> wals = List.of(SimConfig.WAL_URI);
    private int incarnation;
    private @Nullable SimNode node;
    private @Nullable CompletableFuture<StreamStore> opening;
    private @Nullable StreamStore store;
    private @Nullable HistoryViolation violation;

    /** One of several appends that belong together. */
    private record Member(StreamHistory history, StreamHistory.Attempt attempt) {

        boolean isPresent() {
            return history.isPresent(attempt);
        }

        boolean isMissing() {
            return history.isMissing(attempt);
        }
    }

    /** What was asked of a process. */
    private record Question(String what, SimNode asked, CompletableFuture<?> future) {}

    public SingleNodeScenario(long seed, int actions) {
        this(seed, actions, SimEngine::new);
    }

    SingleNodeScenario(long seed, int actions, SimEngine.Factory engine) {
        this.simulator = new Simulator(seed);
        this.engine = engine;
        this.actions = actions;
        this.disks = new SimDisks(simulator);
        disks.failWrites(0.005);
    }

    /** Has the disk fail more or less often than it does. */
    SingleNodeScenario failDiskWrites(double probability) {
        disks.failWrites(probability);
        return this;
    }

    /** Has the node write its WAL to the object storage. */
    SingleNodeScenario walOnObjectStorage() {
        wals = List.of(SimConfig.STORE_WAL_URI);
        return this;
    }

    /** Has the node change its WAL while it runs and from open to open, and fall back to another when one fails or stalls. */
    SingleNodeScenario switchWals() {
        wals = List.of(SimConfig.wal(SimConfig.WAL_PATH), SimConfig.wal(Path.of("/wal2")), SimConfig.STORE_WAL_URI);
        return this;
    }

    /** Runs the whole history; throws {@link HistoryViolation} or {@link IllegalStateException} for what is wrong. */
    public Simulator run() {
        for (int i = 0; i < actions; i++) {
            for (int waits = 0; store == null && waits < 1000; waits++) {
                becomeReady();
                simulator.runFor(2_000_000);
            }
            act();
            simulator.runFor(simulator.latency(4_000_000));
            if (violation != null) {
                throw violation;
            }
        }
        verifyEverything();
        return simulator;
    }

    private RandomGenerator random() {
        return simulator.random();
    }

    private void becomeReady() {
        if (node == null || !node.isAlive()) {
            startNode();
        } else {
            checkOpening();
        }
    }

    private void act() {
        if (node == null || !node.isAlive() || store == null) {
            store = null;
            return;
        }
        int dice = random().nextInt(100);
        if (dice < 55) {
            for (int burst = 1 + random().nextInt(6); burst > 0; burst--) {
                append();
            }
        } else if (dice < 60) {
            appendAll();
        } else if (dice < 76) {
            fetch();
        } else if (dice < 78) {
            checkPositions();
        } else if (dice < 82) {
            trim();
        } else if (dice < 88) {
            createOrOpen();
        } else if (dice < 91) {
            closeStream();
        } else if (dice < 92) {
            deleteStream();
        } else if (dice < 94) {
            flush();
        } else if (dice < 95) {
            crash();
        } else if (dice < 96) {
            closeStore();
        } else if (dice < 98) {
            switchWal();
        } else {
            simulator.runFor(200_000_000);
        }
    }

    private void startNode() {
        SimNode fresh = new SimNode(simulator, "n" + ++incarnation, this::crashesAt);
        fresh.onCrash(() -> disks.onCrash(fresh));
        node = fresh;
        store = null;
        open.clear();
        SimEngine parts = engine.create(fresh, disks);
        slabsOut = parts::slabBytesOut;
        StreamStoreBuilder options = StreamStore.builder()
                .runtime(fresh)
                .storage(new SimObjectStorage(fresh, bucket, () -> faults))
                .wal(anyWal())
                .config(SimConfig.store());
        if (wals.size() > 1 && crashes) {
            fresh.stallIo(0.002, Duration.ofSeconds(2));
            if (random().nextInt(3) > 0) {
                options.walFallback(anyWal());
            }
        }
        try {
            opening = new CoreStoreProvider(parts).open(options);
        } catch (InvalidRequestException same) {
            opening = CompletableFuture.failedFuture(same);
        }
    }

    private String anyWal() {
        return wals.get(wals.size() == 1 ? 0 : random().nextInt(wals.size()));
    }

    private void switchWal() {
        StreamStore present = store;
        if (present == null || wals.size() == 1) {
            return;
        }
        simulator.count("switch asked");
        CompletableFuture<Void> switched = present.switchWal(URI.create(anyWal()));
        expectAnswer("switchWal", switched);
        switched.whenComplete((done, error) -> guard(() -> {
            if (error == null) {
                simulator.count("switch done");
            } else {
                rejectCorruption(error);
            }
        }));
    }

    private boolean crashesAt(String step) {
        if (!crashes) {
            return false;
        }
        return simulator.chance(CrashPoints.probability(step));
    }

    private void checkOpening() {
        CompletableFuture<StreamStore> future = opening;
        if (future == null || !future.isDone()) {
            return;
        }
        if (future.isCompletedExceptionally()) {
            rejectCorruption(future.handle((value, error) -> error).join());
            crash();
        } else {
            store = future.join();
        }
    }

    private void crash() {
        if (node != null) {
            node.crash();
        }
        opening = null;
        store = null;
        open.clear();
    }

    private void closeStore() {
        StreamStore closing = store;
        SimNode closer = node;
        if (closing == null || closer == null) {
            return;
        }
        simulator.count("orderly close");
        CompletableFuture<Void> closed = closing.close(Duration.ofMinutes(2));
        simulator.runUntil(() -> closed.isDone() || !closer.isAlive(), MAX_EVENTS, "close");
        if (closer.isAlive()) {
            simulator.runFor(10_000_000_000L); // requests that were under way
            checkAnswers(closer);
            checkMemory();
        }
        crash();
    }

    private void append() {
        Stream stream = anyOpen();
        if (stream == null) {
            createOrOpen();
            return;
        }
        attempt(stream, () -> {
            int count = 1 + random().nextInt(3);
            byte[] payload = payload();
            AppendResult result = stream.tryAppend(
                    new RecordBatch(ByteBuffer.wrap(payload), count, PositionCheck.timestamp(payload)));
            follow(stream, result, count, payload);
        });
    }

    private void appendAll() {
        StreamStore present = store;
        if (present == null || open.isEmpty()) {
            return;
        }
        List<StreamAppend> appends = new ArrayList<>();
        for (Stream stream : open.values()) {
            appends.add(new StreamAppend(stream, RecordBatch.of(ByteBuffer.wrap(smallPayload()))));
        }
        attempt(appends.get(0).stream(), () -> {
            List<AppendResult> results = present.appendAll(appends);
            List<Member> group = new ArrayList<>();
            for (int i = 0; i < results.size(); i++) {
                byte[] payload = appends.get(i).batch().payload().array();
                group.add(follow(appends.get(i).stream(), results.get(i), 1, payload));
            }
            groups.add(group);
        });
    }

    private Member follow(Stream stream, AppendResult result, int count, byte[] payload) {
        StreamHistory history = history(stream);
        StreamHistory.Handle handle = handle(stream);
        StreamHistory.Attempt attempt = history.appended(result.baseOffset(), count, payload);
        expectAnswer("append", result.durable());
        guard(() -> {
            history.looked(handle, stream.startOffset(), stream.confirmOffset());
            result.durable()
                    .whenComplete((offset, error) -> guard(() -> {
                        if (error == null) {
                            simulator.count("acknowledged");
                            history.acknowledged(handle, attempt);
                            history.looked(handle, stream.startOffset(), stream.confirmOffset());
                        } else if (unwrap(error) instanceof AppendFailedException failed
                                && failed.outcome() == AppendFailedException.Outcome.NOT_WRITTEN) {
                            simulator.count("not written");
                            history.notWritten(attempt);
                        }
                    }));
        });
        return new Member(history, attempt);
    }

    /** Whatever is asked of a store is answered, at the latest when it is closed. */
    private void expectAnswer(String what, CompletableFuture<?> future) {
        unanswered.removeIf(question -> question.future().isDone());
        unanswered.add(new Question(what, Objects.requireNonNull(node), future));
    }

    private void checkAnswers(SimNode closed) {
        for (Question question : unanswered) {
            if (question.asked() == closed && !question.future().isDone()) {
                throw new HistoryViolation("store closed, and no answer to: " + question.what());
            }
        }
    }

    /** All of a group or nothing of it. */
    private void checkGroups() {
        for (List<Member> group : groups) {
            if (group.stream().anyMatch(Member::isPresent) && group.stream().anyMatch(Member::isMissing)) {
                throw new HistoryViolation(
                        "of appends to " + group.size() + " streams in one frame only a part is there");
            }
        }
    }

    private void fetch() {
        Stream stream = anyOpen();
        if (stream == null) {
            return;
        }
        attempt(stream, () -> {
            long start = stream.startOffset();
            long end = stream.confirmOffset();
            long from = end <= start ? start : start + random().nextLong(end - start + 1);
            simulator.count("fetch");
            CompletableFuture<FetchResult> fetch =
                    stream.fetch(from, Long.MAX_VALUE, 1 + random().nextInt(30_000), FetchOptions.NO_WAIT);
            expectAnswer("fetch", fetch);
            fetch.whenComplete((result, error) -> guard(() -> {
                if (error == null) {
                    history(stream).fetched(from, end, stream.confirmOffset(), result);
                    result.close();
                } else {
                    rejectCorruption(error);
                }
            }));
        });
    }

    private void checkPositions() {
        Stream stream = anyOpen();
        if (stream == null) {
            return;
        }
        attempt(stream, () -> {
            CompletableFuture<Void> check = PositionCheck.run(stream, history(stream), random());
            expectAnswer("positions", check);
            check.whenComplete((right, error) -> guard(() -> {
                if (error == null) {
                    simulator.count("positions");
                } else {
                    rejectCorruption(error);
                }
            }));
        });
    }

    private void trim() {
        Stream stream = anyOpen();
        if (stream == null) {
            return;
        }
        attempt(stream, () -> {
            long start = stream.startOffset();
            long target = start + random().nextLong(Math.max(1, (stream.confirmOffset() - start) / 2 + 1));
            StreamHistory history = history(stream);
            history.trimRequested(target);
            stream.trim(target).thenRun(() -> history.trimAcknowledged(target));
        });
    }

    private void createOrOpen() {
        StreamStore present = store;
        if (present == null) {
            return;
        }
        String name = "s" + random().nextInt(4);
        SimNode creator = node;
        present.createStream(CreateOptions.named(name))
                .thenCompose(id -> {
                    if (open.containsKey(id)) {
                        return CompletableFuture.<Stream>failedFuture(new IllegalStateException("is open here"));
                    }
                    return present.openStream(id, OpenOptions.owner());
                })
                .thenAccept(stream -> guard(() -> {
                    if (creator == node) {
                        StreamHistory history = histories.computeIfAbsent(stream.id(), StreamHistory::new);
                        handles.put(stream.id(), history.opened(stream.startOffset(), stream.confirmOffset()));
                        open.put(stream.id(), stream);
                        stream.fenced().thenAccept(reason -> guard(() -> rejectFencing(stream, reason)));
                    }
                }));
    }

    private void closeStream() {
        Stream stream = anyOpen();
        if (stream != null) {
            open.remove(stream.id());
            simulator.count("stream close");
            expectAnswer("close of a stream", stream.close());
        }
    }

    /** What was acknowledged before is in object storage after. */
    private void flush() {
        StreamStore present = Objects.requireNonNull(store);
        Map<Long, Long> confirmed = new TreeMap<>();
        open.values().forEach(stream -> confirmed.put(stream.id(), stream.confirmOffset()));
        CompletableFuture<Void> flush = present.flush();
        expectAnswer("flush", flush);
        flush.thenRun(() -> confirmed.forEach((id, end) -> present.describeStream(id)
                .thenAccept(found -> guard(() -> found.ifPresent(info -> {
                    simulator.count("flush");
                    if (info.committedEnd() < end) {
                        throw new HistoryViolation("stream=" + id + " is committed to " + info.committedEnd()
                                + " after a flush, " + end + " was acknowledged before");
                    }
                })))));
    }

    private void deleteStream() {
        Stream stream = anyOpen();
        if (stream != null && store != null) {
            open.remove(stream.id());
            history(stream).deleteRequested();
            simulator.count("stream delete");
            store.deleteStream(stream.id());
        }
    }

    /** All faults end, the node comes back, and everything is read. */
    private void verifyEverything() {
        crash();
        faults = StorageFaults.NONE;
        disks.failWrites(0);
        crashes = false;
        startNode();
        CompletableFuture<StreamStore> future = opening;
        simulator.runUntil(() -> future != null && future.isDone(), MAX_EVENTS, "the last open");
        checkOpening();
        if (violation != null) {
            throw violation;
        }
        StreamStore last = store;
        if (last == null) {
            throw new HistoryViolation("the store cannot be opened");
        }
        checkMetadata();
        for (StreamHistory history : histories.values()) {
            verify(last, history);
        }
        checkGroups();
        CompletableFuture<Void> closed = last.close(Duration.ofSeconds(60));
        simulator.runUntil(closed::isDone, MAX_EVENTS, "the last close");
        closed.join();
        checkMemory();
    }

    /** A client that knows nothing reads the metadata and looks at all of it. */
    private void checkMetadata() {
        SimNode inspector = new SimNode(simulator, "inspector", step -> false);
        SimObjectStorage storage = new SimObjectStorage(inspector, bucket, () -> StorageFaults.NONE);
        CompletableFuture<MetadataClient> client = MetadataClients.open(
                inspector, storage, new StorageRegister(storage, "meta/head"), SimConfig.metadata());
        simulator.runUntil(client::isDone, MAX_EVENTS, "the inspection of the metadata");
        MetadataInvariants.check(client.join().view());
    }

    private void verify(StreamStore last, StreamHistory history) {
        CompletableFuture<Stream> opened = last.openStream(history.id(), OpenOptions.owner());
        simulator.runUntil(opened::isDone, MAX_EVENTS, "open of stream " + history.id());
        if (opened.isCompletedExceptionally()) {
            if (history.isDeleteRequested()) {
                return;
            }
            throw new HistoryViolation("stream=" + history.id() + " cannot be opened: "
                    + opened.handle((value, error) -> error).join());
        }
        Stream stream = opened.join();
        history.opened(stream.startOffset(), stream.confirmOffset());
        CompletableFuture<Void> positions = PositionCheck.run(stream, history, random());
        simulator.runUntil(positions::isDone, MAX_EVENTS, "positions of stream " + history.id());
        positions
                .exceptionally(error -> {
                    throw unwrap(error) instanceof HistoryViolation found
                            ? found
                            : new HistoryViolation("stream=" + history.id() + " positions: " + unwrap(error));
                })
                .join();
        long next = stream.startOffset();
        while (next < stream.confirmOffset()) {
            var fetch = stream.fetch(next, Long.MAX_VALUE, 20_000, FetchOptions.NO_WAIT);
            simulator.runUntil(fetch::isDone, MAX_EVENTS, "fetch of stream " + history.id());
            try (var result = fetch.join()) {
                if (result.batches().isEmpty()) {
                    throw new HistoryViolation("stream=" + history.id() + ": nothing at offset " + next
                            + " before the end " + stream.confirmOffset());
                }
                history.fetched(next, stream.confirmOffset(), stream.confirmOffset(), result);
                next = result.nextOffset();
            } catch (CompletionException e) {
                throw new HistoryViolation("stream=" + history.id() + " offset=" + next + ": " + unwrap(e));
            }
        }
    }

    /** After an orderly close nobody holds memory any more. */
    private void checkMemory() {
        if (slabsOut.getAsLong() != 0) {
            throw new HistoryViolation("store closed, and " + slabsOut.getAsLong() + " bytes of slabs are still held");
        }
    }

    private @Nullable Stream anyOpen() {
        List<Stream> streams = List.copyOf(open.values());
        return streams.isEmpty() ? null : streams.get(random().nextInt(streams.size()));
    }

    private StreamHistory history(Stream stream) {
        return histories.computeIfAbsent(stream.id(), StreamHistory::new);
    }

    private StreamHistory.Handle handle(Stream stream) {
        return Objects.requireNonNull(handles.get(stream.id()));
    }

    private byte[] payload() {
        int size = random().nextInt(10) == 0 ? random().nextInt(40_000) + 1 : random().nextInt(3000) + 1;
        return bytes(size);
    }

    private byte[] smallPayload() {
        return bytes(1 + random().nextInt(200));
    }

    private byte[] bytes(int size) {
        byte[] payload = new byte[size];
        random().nextBytes(payload);
        return payload;
    }

    /** Refusals are part of life; the handle is dropped when it is finished. */
    private void attempt(Stream stream, Runnable action) {
        try {
            action.run();
        } catch (StreamException e) {
            simulator.count("refused " + e.kind());
            rejectCorruption(e);
            if (!e.isRetriable()) {
                open.remove(stream.id());
                if (e.kind() == StreamException.Kind.CLOSED) {
                    afterFailure();
                }
            }
        }
    }

    private void afterFailure() {
        if (random().nextBoolean()) {
            closeStore();
        } else {
            crash();
        }
    }

    private void guard(Runnable check) {
        try {
            check.run();
        } catch (HistoryViolation e) {
            violation = violation == null ? e : violation;
        }
    }

    /** Nobody else is there: a store may end because its WAL failed or because it is closed, and for no other reason. */
    private static void rejectFencing(Stream stream, Throwable reason) {
        if (!(reason instanceof StreamException known)
                || (known.kind() != StreamException.Kind.UNAVAILABLE
                        && known.kind() != StreamException.Kind.CLOSED
                        && known.kind() != StreamException.Kind.NOT_FOUND)) {
            throw new HistoryViolation("stream=" + stream.id() + " was taken from its only owner: " + reason);
        }
    }

    private void rejectCorruption(Throwable error) {
        Throwable inner = unwrap(error);
        if (inner instanceof HistoryViolation found) {
            violation = violation == null ? found : violation;
            return;
        }
        boolean expected = inner instanceof StreamException known
                && known.kind() != StreamException.Kind.CORRUPTED
                && known.kind() != StreamException.Kind.INTERNAL;
        if (!expected && !(inner instanceof OffsetOutOfRangeException)) {
            HistoryViolation found = new HistoryViolation(
                    inner instanceof CorruptedDataException
                            ? "corruption: " + inner.getMessage()
                            : "failure: " + inner);
            found.initCause(inner);
            violation = violation == null ? found : violation;
        }
    }

    private static Throwable unwrap(Throwable error) {
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }
}
