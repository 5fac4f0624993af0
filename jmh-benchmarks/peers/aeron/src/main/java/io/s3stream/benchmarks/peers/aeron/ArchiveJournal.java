package io.s3stream.benchmarks.peers.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.client.AeronArchive;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.s3stream.benchmarks.peers.worker.Ack;
import io.s3stream.benchmarks.peers.worker.Journal;
import io.s3stream.benchmarks.peers.worker.Setup;
import io.s3stream.benchmarks.peers.worker.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/** Offers messages to recorded publications, one for each producer. */
final class ArchiveJournal implements Journal {

    private static final int SYNC_FILE_AND_METADATA = 2;
    private static final String CHANNEL = "aeron:ipc?term-length=16m";
    private static final String LOCAL = "aeron:udp?endpoint=localhost:0";
    private static final int FIRST_STREAM = 1001;
    private static final long BACKPRESSURE_NANOS = 20_000;

    private final ArchivingMediaDriver driver;
    private final AeronArchive archive;
    private final UnsafeBuffer payload;
    private final List<ExclusivePublication> publications = new ArrayList<>();
    private final List<PendingAcks> pending = new ArrayList<>();
    private final Thread watcher = new Thread(this::watch, "recording-positions");
    private volatile boolean closed;

    ArchiveJournal(Setup setup) {
        this.payload = new UnsafeBuffer(setup.payload());
        // The driver's buffers belong into memory: on the device they would be written back.
        String buffers = setup.memory().resolve("aeron").toString();
        this.driver = ArchivingMediaDriver.launch(
                new MediaDriver.Context()
                        .aeronDirectoryName(buffers)
                        .threadingMode(ThreadingMode.SHARED)
                        .dirDeleteOnStart(true)
                        .dirDeleteOnShutdown(true),
                new Archive.Context()
                        .aeronDirectoryName(buffers)
                        .archiveDirectoryName(setup.directory().toString())
                        .threadingMode(ArchiveThreadingMode.SHARED)
                        .controlChannelEnabled(false)
                        .archiveClientContext(new AeronArchive.Context().controlResponseChannel(LOCAL))
                        .replicationChannel(LOCAL)
                        .catalogFileSyncLevel(SYNC_FILE_AND_METADATA)
                        .fileSyncLevel(SYNC_FILE_AND_METADATA));
        this.archive = AeronArchive.connect(new AeronArchive.Context()
                .aeronDirectoryName(buffers)
                .controlRequestChannel("aeron:ipc")
                .controlResponseChannel("aeron:ipc"));
        for (int i = 0; i < setup.producers(); i++) {
            ExclusivePublication publication = archive.addRecordedExclusivePublication(CHANNEL, FIRST_STREAM + i);
            publications.add(publication);
            pending.add(new PendingAcks(archive, publication.sessionId(), setup.window()));
        }
        watcher.setDaemon(true);
        watcher.start();
    }

    public static void main(String[] arguments) {
        Worker.main(arguments, ArchiveJournal::new);
    }

    @Override
    public void append(int producer, Ack ack) throws IOException {
        ExclusivePublication publication = publications.get(producer);
        long position = publication.offer(payload);
        while (position < 0) {
            if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
                throw new IOException("the publication ended with code " + position);
            }
            LockSupport.parkNanos(BACKPRESSURE_NANOS);
            position = publication.offer(payload);
        }
        pending.get(producer).add(position, ack);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        watcher.join();
        publications.forEach(ExclusivePublication::close);
        archive.close();
        driver.close();
    }

    private void watch() {
        IdleStrategy idle = new BackoffIdleStrategy();
        while (!closed) {
            int acknowledged = 0;
            for (PendingAcks acks : pending) {
                acknowledged += acks.acknowledge();
            }
            idle.idle(acknowledged);
        }
    }
}
