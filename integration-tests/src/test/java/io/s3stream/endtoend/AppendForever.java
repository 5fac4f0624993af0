package io.s3stream.endtoend;

import io.s3stream.api.AppendResult;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamAppend;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.errors.StoreBusyException;
import io.s3stream.api.errors.StreamException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The process to be killed: {@code STORAGE WAL [REGISTER]}. It appends endlessly to several streams, each from a thread
 * of its own, and in groups to three more. It prints {@code open}, then {@code ack STREAM END} for each
 * acknowledgement. Each line ends with a full stop.
 */
final class AppendForever {

    static final int STREAMS = 3;
    static final int GROUP = 3;
    static final int LARGEST = 100_000;

    private static final int IN_FLIGHT = 32;

    private AppendForever() {}

    static String streamName(int index) {
        return "single-" + index;
    }

    static String groupName(int index) {
        return "group-" + index;
    }

    /** Streams of a group have writers of their own, numbered behind those of single streams. */
    static int groupWriter(int index) {
        return STREAMS + index;
    }

    /**
     * All batches that a group appends to one of its streams at {@code offset}: always one record, so ends are equal.
     */
    static RecordBatch groupBatch(int index, long offset) {
        return new RecordBatch(Payloads.bytes(groupWriter(index), offset, 3000), 1, offset);
    }

    public static void main(String[] args) {
        say("starting");
        StreamStoreBuilder builder =
                StreamStore.builder().storage(args[0]).wal(args[1]).config(Stores.compacting());
        StreamStore store = (args.length > 2 ? builder.register(args[2]) : builder).open();
        say("open");
        // All are open before the first append: an acknowledgement shows that every writer runs.
        List<Stream> singles = own(store, STREAMS, AppendForever::streamName);
        List<Stream> group = own(store, GROUP, AppendForever::groupName);
        for (int i = 0; i < STREAMS; i++) {
            int index = i;
            start("single " + i, () -> appendSingles(singles.get(index), index));
        }
        start("group", () -> appendGroups(store, group));
    }

    private static List<Stream> own(StreamStore store, int count, IntFunction<String> name) {
        return IntStream.range(0, count)
                .mapToObj(i -> Stores.own(store, name.apply(i)))
                .toList();
    }

    private static void start(String name, Runnable work) {
        new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (Throwable e) {
                                say("failed " + (e instanceof StreamException failed ? failed.kind() + " " : "") + e);
                                e.printStackTrace();
                            }
                        },
                        name)
                .start();
    }

    private static void appendSingles(Stream stream, int index) {
        Deque<AppendResult> inFlight = new ArrayDeque<>();
        while (true) {
            long offset = stream.nextOffset();
            RecordBatch batch = Payloads.batch(index, offset, LARGEST);
            AppendResult result = stream.appendAt(offset, batch);
            long end = offset + batch.recordCount();
            result.durable().thenRun(() -> say("ack " + stream.name() + " " + end));
            inFlight.add(result);
            if (inFlight.size() == IN_FLIGHT) {
                Stores.get(inFlight.remove().durable());
            }
        }
    }

    /** The first stream gets two batches in each group. */
    private static void appendGroups(StreamStore store, List<Stream> group) {
        while (true) {
            List<StreamAppend> appends = new ArrayList<>();
            for (int i = 0; i < GROUP; i++) {
                Stream stream = group.get(i);
                appends.add(new StreamAppend(stream, groupBatch(i, stream.nextOffset())));
            }
            appends.add(
                    new StreamAppend(group.get(0), groupBatch(0, group.get(0).nextOffset() + 1)));
            try {
                store.appendAll(appends).forEach(result -> Stores.get(result.durable()));
            } catch (StoreBusyException busy) {
                Stores.get(group.get(0).writable(GROUP * LARGEST));
            }
            group.forEach(stream -> say("ack " + stream.name() + " " + stream.nextOffset()));
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line + " .");
    }
}
