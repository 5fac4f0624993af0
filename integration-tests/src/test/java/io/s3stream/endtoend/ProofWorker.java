package io.s3stream.endtoend;

import io.s3stream.api.AppendResult;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.FetchedBatch;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.OffsetOutOfRangeException;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.api.errors.StreamException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a {@link ProofNode}, with a share of the streams. It opens streams without an owner, appends, reads,
 * trims and closes, and follows the streams of other nodes. Each opening of a stream is a writer of its own, so that
 * every record names its writer. All state is the thread's own, except the order to stop.
 */
final class ProofWorker {

    private static final int IN_FLIGHT = 100;
    private static final int MAX_GROUP = 8;

    private final StreamStore store;
    private final AtomicInteger nextWriter;
    private final Random random;
    private final int share;
    private final int shares;
    private final Map<Integer, Owned> owned = new HashMap<>();
    private final Map<Integer, StreamReader> followed = new HashMap<>();
    private volatile boolean stopped;

    private record Owned(Stream stream, int writer, Deque<CompletableFuture<Long>> inFlight) {}

    ProofWorker(StreamStore store, AtomicInteger nextWriter, long seed, int share, int shares) {
        this.store = store;
        this.nextWriter = nextWriter;
        this.random = new Random(seed);
        this.share = share;
        this.shares = shares;
    }

    void stop() {
        stopped = true;
    }

    /** Runs until it is told to stop, or the store has lost its node. */
    void run() {
        while (!stopped) {
            int index = random.nextInt(ProofNode.STREAMS / shares) * shares + share;
            String name = ProofNode.streamName(index);
            try {
                work(index, name);
            } catch (StreamException e) {
                if (e.kind() == Kind.FENCED || e.kind() == Kind.CLOSED) {
                    ProofNode.say("fenced " + name + " " + e.kind());
                    return;
                }
                if (!ProofNode.isPassing(e)) {
                    ProofNode.bug(name, e);
                }
                ProofNode.say("passing " + name + " " + e.kind() + " " + e.getMessage());
                if (owned.containsKey(index)) {
                    return; // a stream whose append failed refuses appends; only a new opening of the node can open it
                    // again
                }
            } catch (RuntimeException | AssertionError e) {
                ProofNode.bug(name, e);
                return;
            }
        }
    }

    private void work(int index, String name) {
        Owned mine = owned.get(index);
        int what = random.nextInt(100);
        if (mine == null) {
            if (what < 30) {
                open(index, name);
            } else {
                follow(index, name);
            }
        } else if (what < 45) {
            append(mine);
        } else if (what < 65) {
            appendTogether(mine);
        } else if (what < 80) {
            read(mine.stream(), name);
        } else if (what < 90) {
            trim(mine, name);
        } else if (what < 95) {
            Stores.get(mine.stream().flush());
        } else {
            close(index, mine, name);
        }
    }

    private void open(int index, String name) {
        long id = Stores.get(store.createStream(CreateOptions.named(name)));
        Stream stream;
        try {
            stream = Stores.get(store.openStream(id, OpenOptions.owner()));
        } catch (StreamException e) {
            if (e.kind() == Kind.CONFLICT) {
                return; // owned by the node that the error names
            }
            throw e;
        }
        int writer = nextWriter.getAndIncrement();
        ProofNode.say("own " + name + " " + writer + " " + stream.epoch() + " " + stream.startOffset() + " "
                + stream.nextOffset());
        owned.put(index, new Owned(stream, writer, new ArrayDeque<>()));
        followed.remove(index);
    }

    private void append(Owned mine) {
        Stream stream = mine.stream();
        for (int left = 1 + random.nextInt(30); left > 0; left--) {
            long offset = stream.nextOffset();
            RecordBatch batch = Payloads.batch(mine.writer(), offset, ProofNode.LARGEST);
            try {
                CompletableFuture<Long> durable = stream.appendAt(offset, batch).durable();
                long end = offset + batch.recordCount();
                durable.thenRun(
                        () -> ProofNode.say("ack " + stream.name() + " " + mine.writer() + " " + offset + " " + end));
                mine.inFlight().add(durable);
            } catch (StoreBusyException e) {
                Stores.get(stream.writable(batch.payload().remaining()));
            }
            if (mine.inFlight().size() >= IN_FLIGHT) {
                Stores.get(mine.inFlight().remove());
            }
        }
        if (random.nextBoolean()) {
            settle(mine);
        }
    }

    /** Appends batches to several of its streams, in one frame each time. */
    private void appendTogether(Owned mine) {
        List<Owned> together = new ArrayList<>(List.of(mine));
        for (Owned other : owned.values()) {
            if (other != mine && together.size() < MAX_GROUP && random.nextBoolean()) {
                together.add(other);
            }
        }
        for (int left = 1 + random.nextInt(30); left > 0; left--) {
            appendOnce(together);
            while (mine.inFlight().size() >= IN_FLIGHT) {
                Stores.get(mine.inFlight().remove());
            }
        }
        if (random.nextBoolean()) {
            settle(mine);
        }
    }

    /**
     * Appends a batch to each. Announced before the append, because the ledger must know lost groups: in the end all
     * are there, or none.
     */
    private void appendOnce(List<Owned> together) {
        List<StreamAppend> appends = together.stream().map(ProofWorker::next).toList();
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < together.size(); i++) {
            Owned owner = together.get(i);
            long offset = owner.stream().nextOffset();
            long end = offset + appends.get(i).batch().recordCount();
            parts.add(owner.stream().name() + " " + owner.writer() + " " + offset + " " + end);
        }
        ProofNode.say("together " + String.join(" ", parts));
        List<AppendResult> results = appendAllWaiting(appends);
        for (int i = 0; i < together.size(); i++) {
            String part = parts.get(i);
            CompletableFuture<Long> durable = results.get(i).durable();
            durable.thenRun(() -> ProofNode.say("ack " + part));
            together.get(i).inFlight().add(durable);
        }
    }

    private List<AppendResult> appendAllWaiting(List<StreamAppend> appends) {
        while (true) {
            try {
                return store.appendAll(appends);
            } catch (StoreBusyException e) {
                Stores.get(appends.get(0).stream().writable(ProofNode.LARGEST));
            }
        }
    }

    private static StreamAppend next(Owned mine) {
        long offset = mine.stream().nextOffset(); // no other thread appends to it
        return new StreamAppend(mine.stream(), Payloads.batch(mine.writer(), offset, ProofNode.LARGEST));
    }

    private static void settle(Owned mine) {
        while (!mine.inFlight().isEmpty()) {
            Stores.get(mine.inFlight().remove());
        }
    }

    private void trim(Owned mine, String name) {
        Stream stream = mine.stream();
        long length = stream.confirmOffset() - stream.startOffset();
        boolean all = random.nextInt(20) == 0;
        if (length < 200 && !all) {
            return;
        }
        long to = all ? stream.confirmOffset() : stream.startOffset() + random.nextLong(length / 2);
        ProofNode.say("trimming " + name + " " + mine.writer() + " " + to);
        Stores.get(stream.trim(to));
        ProofNode.say("trimmed " + name + " " + mine.writer() + " " + to);
    }

    private void close(int index, Owned mine, String name) {
        settle(mine);
        long end = mine.stream().nextOffset();
        owned.remove(index);
        Stores.get(mine.stream().close());
        ProofNode.say("closed " + name + " " + mine.writer() + " " + end);
    }

    private void follow(int index, String name) {
        StreamReader reader = followed.get(index);
        if (reader == null) {
            var found = Stores.get(store.findStream(name));
            if (found.isEmpty()) {
                return;
            }
            reader = Stores.get(store.openReader(found.get().id()));
            followed.put(index, reader);
        }
        if (random.nextInt(10) == 0) {
            long end = reader.confirmOffset();
            FetchOptions poll = FetchOptions.longPoll(Duration.ofMillis(100));
            try (FetchResult result = Stores.get(reader.fetch(end, Long.MAX_VALUE, 20_000, poll))) {
                new Runs(name).addAll(result, end).say();
            } catch (OffsetOutOfRangeException e) {
                requireTrimmed(reader, end, e);
            }
        } else {
            read(reader, name);
        }
        if (random.nextInt(50) == 0) {
            followed.remove(index);
            Stores.get(reader.close());
        }
    }

    /** Reads a piece of it, from a random offset. */
    private void read(StreamReader stream, String name) {
        long start = stream.startOffset();
        long end = stream.confirmOffset();
        if (start >= end) {
            return;
        }
        long from = start + random.nextLong(end - start);
        long to = Math.min(end, from + 1 + random.nextInt(1000));
        Runs runs = new Runs(name);
        for (long next = from; next < to; ) {
            try (FetchResult result = Stores.get(stream.fetch(next, to, 100_000, FetchOptions.NO_WAIT))) {
                if (result.batches().isEmpty()) {
                    throw new AssertionError(name + ": nothing at " + next + " of [" + start + ", " + end + ")");
                }
                runs.addAll(result, next);
                next = result.nextOffset();
            } catch (OffsetOutOfRangeException e) {
                requireTrimmed(stream, next, e);
                break;
            }
        }
        runs.say();
    }

    private static void requireTrimmed(StreamReader stream, long offset, OffsetOutOfRangeException e) {
        if (offset >= stream.startOffset()) {
            throw e;
        }
    }

    /** The records that were read, as ranges of one writer; checks every byte. */
    static final class Runs {

        private final String name;
        private final StringBuilder lines = new StringBuilder();
        private long batches;
        private long from = -1;
        private long to = -1;
        private int writer = -1;

        Runs(String name) {
            this.name = name;
        }

        /** @param asked the offset of the request, which may be in the middle of the first batch */
        Runs addAll(FetchResult result, long asked) {
            long next = to >= 0 ? to : asked;
            for (FetchedBatch batch : result.batches()) {
                boolean inPlace = to >= 0 ? batch.baseOffset() == next : batch.baseOffset() <= next;
                if (!inPlace || batch.endOffset() <= next) {
                    throw new AssertionError(name + ": [" + batch.baseOffset() + ", " + batch.endOffset() + ") where "
                            + next + " should be");
                }
                add(batch);
                next = batch.endOffset();
            }
            return this;
        }

        private void add(FetchedBatch batch) {
            int who = batch.payload().getInt(0);
            Payloads.verify(batch, who, ProofNode.LARGEST);
            if (who != writer) {
                finish();
                writer = who;
                from = batch.baseOffset();
            }
            to = batch.endOffset();
            batches++;
        }

        private void finish() {
            if (writer >= 0) {
                lines.append(' ')
                        .append(writer)
                        .append(' ')
                        .append(from)
                        .append(' ')
                        .append(to);
            }
        }

        /** The report of the read, if there was a record. */
        @Nullable
        String line() {
            finish();
            writer = -1;
            return batches == 0 ? null : "read " + name + " " + batches + lines;
        }

        void say() {
            String line = line();
            if (line != null) {
                ProofNode.say(line);
            }
        }
    }
}
