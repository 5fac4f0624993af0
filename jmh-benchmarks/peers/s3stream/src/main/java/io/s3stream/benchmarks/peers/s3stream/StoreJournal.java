package io.s3stream.benchmarks.peers.s3stream;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.CreateOptions;
import io.s3stream.api.OpenOptions;
import io.s3stream.api.RecordBatch;
import io.s3stream.api.StoreConfig;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.benchmarks.peers.worker.Ack;
import io.s3stream.benchmarks.peers.worker.Journal;
import io.s3stream.benchmarks.peers.worker.Setup;
import io.s3stream.benchmarks.peers.worker.Worker;
import io.s3stream.core.storage.MemoryObjectStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Appends to 100 streams. Each producer owns its share of the streams and uses them in turn. */
final class StoreJournal implements Journal {

    private static final int STREAMS = 100;

    private final StreamStore store;
    private final List<Share> shares = new ArrayList<>();
    private final ByteBuffer payload;

    StoreJournal(Setup setup) {
        this.payload = ByteBuffer.wrap(setup.payload());
        StreamStoreBuilder builder =
                StreamStore.builder().wal("block://" + setup.directory().resolve("wal") + "?capacity=1GiB");
        if (setup.variant().equals("objects")) {
            builder.storage(setup.directory().resolve("objects").toUri().toString());
        } else {
            builder.storage(DiscardedData.over(new MemoryObjectStorage(UnpooledByteBufAllocator.DEFAULT)))
                    .config(StoreConfig.fromMap(Map.of("compactionEnabled", "false")));
        }
        this.store = builder.open();
        for (int i = 0; i < setup.producers(); i++) {
            shares.add(new Share());
        }
        for (int i = 0; i < STREAMS; i++) {
            long id = store.createStream(CreateOptions.unnamed()).join();
            shares.get(i % shares.size())
                    .add(store.openStream(id, OpenOptions.owner()).join());
        }
    }

    public static void main(String[] arguments) {
        Worker.main(arguments, StoreJournal::new);
    }

    @Override
    public void append(int producer, Ack ack) {
        shares.get(producer)
                .next()
                .append(new RecordBatch(payload, 1, 0))
                .durable()
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        ack.durable();
                    } else {
                        ack.failed(failure);
                    }
                });
    }

    @Override
    public void close() {
        store.close();
    }

    /** The streams of one producer. Owned by its thread once all are added. */
    private static final class Share {

        private final List<Stream> streams = new ArrayList<>();
        private int turn;

        void add(Stream stream) {
            streams.add(stream);
        }

        Stream next() {
            turn = turn + 1 == streams.size() ? 0 : turn + 1;
            return streams.get(turn);
        }
    }
}
