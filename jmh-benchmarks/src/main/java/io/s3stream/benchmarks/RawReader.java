package io.s3stream.benchmarks;

import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32C;

/**
 * Reads all data objects in parallel pieces and computes checksums over them, the minimum work of any catch-up read.
 */
final class RawReader implements AutoCloseable {

    static final long PIECE = 4 << 20;

    private record Piece(String key, ByteRange range) {}

    private final ObjectStorage storage;
    private final int parallel;
    private final ExecutorService threads;

    RawReader(ObjectStorage storage, int parallel) {
        this.storage = storage;
        this.parallel = parallel;
        this.threads = Executors.newFixedThreadPool(parallel);
    }

    /** Returns the number of bytes read. */
    long readAll() {
        Iterator<Piece> next = pieces().iterator();
        List<CompletableFuture<Long>> reading = new ArrayList<>();
        for (int i = 0; i < parallel; i++) {
            reading.add(CompletableFuture.supplyAsync(() -> readSome(next), threads));
        }
        return reading.stream().mapToLong(CompletableFuture::join).sum();
    }

    private List<Piece> pieces() {
        List<Piece> pieces = new ArrayList<>();
        List<ObjectSummary> page = storage.list("data/", "", 1000).join();
        while (!page.isEmpty()) {
            for (ObjectSummary object : page) {
                for (long from = 0; from < object.size(); from += PIECE) {
                    pieces.add(new Piece(object.key(), ByteRange.slice(from, PIECE)));
                }
            }
            page = storage.list("data/", page.get(page.size() - 1).key(), 1000).join();
        }
        return pieces;
    }

    private long readSome(Iterator<Piece> pieces) {
        CRC32C crc = new CRC32C();
        long bytes = 0;
        while (true) {
            Piece piece;
            synchronized (pieces) {
                if (!pieces.hasNext()) {
                    return bytes;
                }
                piece = pieces.next();
            }
            try (ObjectContent content =
                    storage.get(piece.key(), piece.range()).join().orElseThrow()) {
                bytes += content.data().readableBytes();
                crc.update(content.data().nioBuffer());
            }
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
