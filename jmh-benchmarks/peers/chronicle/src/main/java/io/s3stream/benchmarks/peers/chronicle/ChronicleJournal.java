package io.s3stream.benchmarks.peers.chronicle;

import io.s3stream.benchmarks.peers.worker.Ack;
import io.s3stream.benchmarks.peers.worker.GroupCommit;
import io.s3stream.benchmarks.peers.worker.Journal;
import io.s3stream.benchmarks.peers.worker.Setup;
import io.s3stream.benchmarks.peers.worker.Worker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.Wire;
import org.jspecify.annotations.Nullable;

/** Writes groups of records and syncs after each. The committing thread owns the appender. */
final class ChronicleJournal implements Journal {

    private static final int MAX_GROUP_BYTES = 8 << 20;
    private static final long BLOCK_BYTES = 64 << 20;

    private final Path directory;
    private final ChronicleQueue queue;
    private final Bytes<?> payload;
    private final GroupCommit groups;
    private @Nullable ExcerptAppender appender;
    private long block = -1;

    ChronicleJournal(Setup setup) {
        this.directory = setup.directory().resolve("queue");
        this.queue = SingleChronicleQueueBuilder.binary(directory)
                .syncMode(SyncMode.SYNC)
                .blockSize(BLOCK_BYTES)
                .build();
        this.payload = Bytes.allocateDirect(setup.payload());
        payload.singleThreadedCheckDisabled(true); // the committing thread reads it, this thread releases it
        this.groups = new GroupCommit(
                1, Math.max(1, MAX_GROUP_BYTES / setup.payload().length), (thread, records) -> commit(records));
    }

    public static void main(String[] arguments) {
        Worker.main(arguments, ChronicleJournal::new);
    }

    @Override
    public void append(int producer, Ack ack) {
        groups.add(ack);
    }

    @Override
    public void close() throws InterruptedException {
        groups.close();
        queue.close();
        payload.releaseLast();
    }

    private void commit(int records) throws IOException {
        ExcerptAppender open = appender == null ? queue.createAppender() : appender;
        appender = open;
        for (int i = 0; i < records; i++) {
            open.writeBytes(payload);
        }
        open.sync();
        Wire wire = open.wire();
        if (wire == null) {
            throw new IOException("the appender has no file");
        }
        long current = wire.bytes().writePosition() / BLOCK_BYTES;
        if (current != block) {
            block = current;
            syncFiles();
        }
    }

    private void syncFiles() throws IOException {
        List<Path> files;
        try (var listing = Files.list(directory)) {
            files = listing.toList();
        }
        for (Path file : files) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }
}
