package io.s3stream.benchmarks;

import io.netty.buffer.PooledByteBufAllocator;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.core.runtime.ThreadedRuntime;
import io.s3stream.core.storage.ObjectStorages;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Measures the cost of many streams' metadata: heap, checkpoint, opening, commits. It is a program and not a JMH
 * benchmark, because building one state of a million streams takes a minute.
 *
 * <p>Arguments: streams (1 000 000), ranges of each (3). The objects are in a local directory below the working
 * directory.
 */
public final class MetadataFootprint {

    private static final int NODE = 1;
    private static final int PER_BATCH = 5_000;
    private static final int PER_OBJECT = 1_000;
    private static final int COMMITS = 500;

    private final int streams;
    private final int ranges;
    private final ThreadedRuntime runtime = new ThreadedRuntime(NODE, null, false);
    private final ObjectStorage storage;
    private MetadataClient client;
    private long nodeEpoch;
    private long[] ends;
    private long[] epochs;
    private long committed;
    private int objects;

    private MetadataFootprint(int streams, int ranges, ObjectStorage storage) {
        this.streams = streams;
        this.ranges = ranges;
        this.storage = storage;
        this.client = open();
        this.ends = new long[streams + 1];
        this.epochs = new long[streams + 1];
    }

    public static void main(String[] arguments) throws IOException {
        int streams = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int ranges = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "metadata");
        ThreadedRuntime io = new ThreadedRuntime(0, null, false);
        try (ObjectStorage storage = ObjectStorages.open(directory.toUri(), io, PooledByteBufAllocator.DEFAULT)) {
            new MetadataFootprint(streams, ranges, storage).run();
        } finally {
            io.close();
            delete(directory);
        }
    }

    private void run() {
        long empty = usedHeap();
        nodeEpoch = submit(new Command.RegisterNode(NODE, UUID.randomUUID(), List.of()))
                .value();
        long began = System.nanoTime();
        create();
        say("created and opened %,d streams in %.1f s", streams, secondsSince(began));
        began = System.nanoTime();
        for (int i = 0; i < ranges; i++) {
            for (int from = 1; from <= streams; from += PER_OBJECT) {
                commit(from, Math.min(streams, from + PER_OBJECT - 1), false);
            }
        }
        say("committed %,d ranges in %,d objects in %.1f s", (long) streams * ranges, objects, secondsSince(began));
        long[] nanos = latencies();
        say(
                "commit of %,d ranges: p50 %.1f ms, p99 %.1f ms, maximum %.1f ms (segments and checkpoints included)",
                PER_OBJECT, nanos[COMMITS / 2] / 1e6, nanos[COMMITS * 99 / 100] / 1e6, nanos[COMMITS - 1] / 1e6);
        nodeEpoch = submit(new Command.RegisterNode(NODE, UUID.randomUUID(), List.of()))
                .value();
        began = System.nanoTime();
        commit(1, 0, true);
        say("closed all streams of an older epoch in %.1f s", secondsSince(began));
        ends = new long[0];
        epochs = new long[0];
        long used = usedHeap() - empty;
        say("heap: %,d MB, %,d bytes a stream with %d ranges", used >> 20, used / streams, ranges);
        client.close();
        for (int i = 0; i < 3; i++) {
            began = System.nanoTime();
            client = open();
            say("opened in %.1f s", secondsSince(began));
            client.close();
        }
        long largest = 0;
        long all = 0;
        for (ObjectSummary object : storage.list("meta/", "", 1000).join()) {
            largest = Math.max(largest, object.size());
            all += object.size();
        }
        say(
                "checkpoint: %,d MB; all objects under meta/, retired ones in their grace period included: %,d MB",
                largest >> 20, all >> 20);
        runtime.close();
    }

    private MetadataClient open() {
        return MetadataClients.open(
                        runtime, storage, new StorageRegister(storage, "meta/head"), MetadataSettings.DEFAULT)
                .join();
    }

    private void create() {
        for (int from = 1; from <= streams; from += PER_BATCH) {
            List<Command> batch = new ArrayList<>();
            int to = Math.min(streams, from + PER_BATCH - 1);
            for (int i = from; i <= to; i++) {
                batch.add(new Command.CreateStream(
                        NODE, nodeEpoch, "topic-" + i / 100 + "/partition-" + i % 100, Map.of()));
            }
            List<Command> opens = new ArrayList<>();
            for (CommandResult result : client.submitAll(batch).join()) {
                opens.add(new Command.OpenStream(NODE, nodeEpoch, ((CommandResult.Accepted) result).value(), 0));
            }
            List<CommandResult> opened = client.submitAll(opens).join();
            for (int i = 0; i < opens.size(); i++) {
                epochs[(int) ((Command.OpenStream) opens.get(i)).streamId()] =
                        ((CommandResult.Accepted) opened.get(i)).value();
            }
        }
    }

    private void commit(int first, int last, boolean closeOwned) {
        List<UploadedObject.UploadedRange> uploaded = new ArrayList<>();
        for (int id = first; id <= last; id++) {
            uploaded.add(new UploadedObject.UploadedRange(id, epochs[id], ends[id], ends[id] + 100, 60_000, objects));
            ends[id] += 100;
        }
        List<UploadedObject> object = uploaded.isEmpty()
                ? List.of()
                : List.of(new UploadedObject("data/ab/1-1-" + ++objects, 64L << 20, uploaded));
        submit(new Command.CommitUpload(
                NODE,
                nodeEpoch,
                committed,
                new CommittedPosition(++committed, 1, committed * 4096, 0),
                object,
                closeOwned));
    }

    private long[] latencies() {
        long[] nanos = new long[COMMITS];
        for (int i = 0; i < COMMITS; i++) {
            int first = 1 + (int) ((long) i * PER_OBJECT % Math.max(1, streams - PER_OBJECT));
            long began = System.nanoTime();
            commit(first, Math.min(streams, first + PER_OBJECT - 1), false);
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private CommandResult.Accepted submit(Command command) {
        CompletableFuture<CommandResult.Accepted> result = client.submit(command);
        return result.join();
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static double secondsSince(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static void say(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }

    private static void delete(Path directory) throws IOException {
        try (var all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
