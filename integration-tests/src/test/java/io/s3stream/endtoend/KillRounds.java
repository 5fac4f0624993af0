package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Kills an appending process at a random moment, opens its store and checks that all acknowledged records are there,
 * again and again. Owner of the acknowledgements.
 */
final class KillRounds {

    private final String storage;
    private final String wal;
    private final long seed;
    private final Random random;
    private final Map<String, Long> acked = new ConcurrentHashMap<>();
    private int rounds;

    KillRounds(String storage, String wal, long seed) {
        this.storage = storage;
        this.wal = wal;
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** The number of records that were acknowledged and found. */
    long acknowledged() {
        return acked.values().stream().mapToLong(Long::longValue).sum();
    }

    int rounds() {
        return rounds;
    }

    /** Runs a process, kills it, and checks everything. */
    void next() {
        try {
            runUntilKilled();
            check();
            rounds++;
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ", round " + rounds, e);
        }
    }

    private void runUntilKilled() {
        try (ChildJvm child = ChildJvm.start(AppendForever.class, childOptions(), this::note, storage, wal)) {
            child.await("starting");
            int acksToWaitFor = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(1500);
            for (int i = 0; i < acksToWaitFor; i++) {
                assertThat(child.next()).doesNotStartWith("failed");
            }
        }
    }

    static List<String> childOptions() {
        List<String> options = new ArrayList<>(List.of("-Xmx256m"));
        for (String property : List.of("aws.accessKeyId", "aws.secretAccessKey", "test.patience")) {
            if (System.getProperty(property) != null) {
                options.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        return options;
    }

    private void note(String line) {
        String[] words = line.split(" ");
        if (words[0].equals("ack")) {
            acked.merge(words[1], Long.parseLong(words[2]), Math::max);
        }
    }

    private void check() {
        StreamStore store =
                Stores.open(StreamStore.builder().storage(storage).wal(wal).config(Stores.compacting()));
        for (int i = 0; i < AppendForever.STREAMS; i++) {
            Stream stream = Stores.own(store, AppendForever.streamName(i));
            assertThat(stream.confirmOffset()).isGreaterThanOrEqualTo(acked.getOrDefault(stream.name(), 0L));
            Stores.verify(stream, i, AppendForever.LARGEST);
            acked.put(stream.name(), stream.confirmOffset());
        }
        checkGroups(store);
        if (random.nextBoolean()) {
            Stores.close(store);
        } else {
            Stores.abandon(store);
        }
        WatchedParts.awaitNoThreads(); // pending requests
    }

    /** A group is there completely or not at all: its streams have grown alike. */
    private void checkGroups(StreamStore store) {
        long groups = -1;
        for (int i = 0; i < AppendForever.GROUP; i++) {
            int index = i;
            Stream stream = Stores.own(store, AppendForever.groupName(i));
            assertThat(stream.confirmOffset()).isGreaterThanOrEqualTo(acked.getOrDefault(stream.name(), 0L));
            long grown = i == 0 ? stream.confirmOffset() / 2 : stream.confirmOffset();
            if (i == 0) {
                assertThat(stream.confirmOffset() % 2).isZero();
                groups = grown;
            }
            assertThat(grown).as("groups in %s", stream.name()).isEqualTo(groups);
            Stores.scan(
                    stream,
                    0,
                    stream.confirmOffset(),
                    100_000,
                    batch -> assertThat(batch.payload())
                            .isEqualTo(AppendForever.groupBatch(index, batch.baseOffset())
                                    .payload()));
            acked.put(stream.name(), stream.confirmOffset());
        }
    }
}
