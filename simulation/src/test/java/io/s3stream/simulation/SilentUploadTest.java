package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.CreateOptions;
import io.s3stream.api.FetchOptions;
import io.s3stream.api.FetchResult;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.Outage;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreListener;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.simulation.world.SimDisks;
import io.s3stream.simulation.world.SimEngine;
import io.s3stream.simulation.world.SimWorld;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * A storage accepts uploads and never answers: the host receives a report, and the objects are written under other keys
 * [R44].
 */
class SilentUploadTest {

    private static final int BATCHES = 20;

    /** Holds the first puts of data until their deadline has passed. */
    private static final class SilentStorage extends ForwardingObjectStorage {

        private record Held(String key, ObjectBody body) {}

        private final List<Held> held = new ArrayList<>();
        private final int silent;

        SilentStorage(ObjectStorage behind, int silent) {
            super(behind);
            this.silent = silent;
        }

        @Override
        public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
            if (key.startsWith("data/") && held.size() < silent) {
                held.add(new Held(key, body));
                return new CompletableFuture<>();
            }
            return super.put(key, body, condition);
        }

        void writeHeld() {
            held.forEach(late -> super.put(late.key(), late.body(), PutCondition.ALWAYS));
        }
    }

    @Test
    void unansweredUploadsAreReportedAndRepeated_R44() {
        List<Outage> began = new ArrayList<>();
        List<Outage> ended = new ArrayList<>();
        StoreListener listener = new StoreListener() {
            @Override
            public void unreachable(Outage outage) {
                began.add(outage);
            }

            @Override
            public void reachable(Outage outage) {
                ended.add(outage);
            }
        };
        List<SilentStorage> storages = new ArrayList<>();
        SimWorld world = new SimWorld(1, SimEngine::new);
        SimDisks disk = new SimDisks(world.simulator());
        SimNode node = world.start("node", disk, at -> false);
        StreamStore store = world.await(
                world.open(node, disk, 0, options -> {
                    storages.add(new SilentStorage(Objects.requireNonNull(options.objectStorage()), 2));
                    return options.listener(listener).storage(storages.get(0));
                }),
                "open");
        SilentStorage storage = storages.get(0);
        Stream stream = world.await(
                store.createStream(CreateOptions.named("a"))
                        .thenCompose(id -> store.openStream(id, OpenOptions.owner())),
                "stream");
        append(world, stream, 0);
        var flushed = stream.flush();
        world.simulator().runFor(Duration.ofMinutes(1).toNanos());
        assertThat(flushed).isNotDone();
        assertThat(began).singleElement().satisfies(outage -> {
            assertThat(outage.resource()).contains("uploads");
            assertThat(outage.reason()).hasMessageContaining(storage.held.get(0).key());
            assertThat(outage.lasted()).isGreaterThan(Duration.ofSeconds(25));
        });

        world.simulator().runFor(Duration.ofMinutes(15).toNanos());
        world.await(flushed, "flush");
        assertThat(storage.held).hasSize(2);
        List<byte[]> meant =
                storage.held.stream().map(late -> bytes(late.body())).toList();
        assertThat(ended).hasSize(1);
        assertThat(storage.held).allMatch(late -> late.body().isAbandoned());
        // Enough data to overwrite the memory of the held requests.
        for (int round = 1; round < 20; round++) {
            append(world, stream, round);
            world.await(stream.flush(), "flush");
        }
        assertThat(storage.held.stream().map(late -> bytes(late.body())).toList())
                .containsExactlyElementsOf(meant);
        storage.writeHeld();
        world.await(store.close(Duration.ofMinutes(1)), "close");

        StreamStore again = world.await(world.open(world.start("node", disk, at -> false), disk, 0), "open again");
        Stream read = world.await(again.openStream(stream.id(), OpenOptions.owner()), "open the stream");
        long end = 20 * BATCHES;
        assertThat(read.confirmOffset()).isEqualTo(end);
        for (long next = 0; next < end; ) {
            try (FetchResult some = world.await(read.fetch(next, end, 1 << 20, FetchOptions.NO_WAIT), "fetch")) {
                next = some.nextOffset();
            }
        }
    }

    private static void append(SimWorld world, Stream stream, int round) {
        for (int i = 0; i < BATCHES; i++) {
            byte[] payload = new byte[500];
            java.util.Arrays.fill(payload, (byte) (round * BATCHES + i));
            world.await(
                    stream.append(RecordBatch.of(ByteBuffer.wrap(payload), 1)).durable(), "append");
        }
    }

    private static byte[] bytes(ObjectBody body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ObjectBody.Cursor cursor = body.open();
        for (ByteBuffer piece = cursor.next(); piece != null; piece = cursor.next()) {
            byte[] copy = new byte[piece.remaining()];
            piece.get(copy);
            all.writeBytes(copy);
        }
        return all.toByteArray();
    }
}
