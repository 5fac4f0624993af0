package io.s3stream.benchmarks.peers.artemis;

import io.s3stream.benchmarks.peers.worker.Ack;
import io.s3stream.benchmarks.peers.worker.Journal;
import io.s3stream.benchmarks.peers.worker.Setup;
import io.s3stream.benchmarks.peers.worker.Worker;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.aio.AIOSequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.IOCompletion;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;

/** Appends events with sync and a callback. */
final class ArtemisJournal implements Journal {

    private static final int FILE_BYTES = 10 << 20;
    private static final int MIN_FILES = 2;
    private static final int POOL_FILES = 10;
    private static final int BUFFER_BYTES = 490 << 10;
    private static final int AIO_MAX_WRITES = 4096;
    private static final int AIO_BUFFER_NANOS = 1_000_000_000 / 2000;
    private static final int NIO_BUFFER_NANOS = 1_000_000_000 / 300;

    private final JournalImpl journal;
    private final byte[] payload;
    private final AtomicLong nextId = new AtomicLong(1);

    ArtemisJournal(Setup setup) throws Exception {
        this.payload = setup.payload();
        SequentialFileFactory files = files(setup.variant(), setup.directory().toFile());
        files.setDatasync(true);
        this.journal = new JournalImpl(
                FILE_BYTES,
                MIN_FILES,
                POOL_FILES,
                0,
                0,
                files,
                "journal",
                "log",
                setup.variant().equals("aio") ? AIO_MAX_WRITES : 1);
        journal.start();
        journal.loadInternalOnly();
    }

    public static void main(String[] arguments) {
        Worker.main(arguments, ArtemisJournal::new);
    }

    private static SequentialFileFactory files(String variant, File directory) throws IOException {
        if (!variant.equals("aio")) {
            return new NIOSequentialFileFactory(directory, true, BUFFER_BYTES, NIO_BUFFER_NANOS, 1, false);
        }
        if (!AIOSequentialFileFactory.isSupported(directory)) {
            throw new IOException("libaio or direct I/O cannot be used here");
        }
        return new AIOSequentialFileFactory(directory, BUFFER_BYTES, AIO_BUFFER_NANOS, AIO_MAX_WRITES, false);
    }

    @Override
    public void append(int producer, Ack ack) throws Exception {
        journal.appendAddEvent(
                nextId.getAndIncrement(), (byte) 0, Payload.PERSISTER, payload, true, new Completion(ack));
    }

    @Override
    public void close() throws Exception {
        journal.stop();
    }

    private record Completion(Ack ack) implements IOCompletion {

        @Override
        public void storeLineUp() {}

        @Override
        public void done() {
            ack.durable();
        }

        @Override
        public void onError(int code, String message) {
            ack.failed(new IOException("code=" + code + " " + message));
        }
    }
}
