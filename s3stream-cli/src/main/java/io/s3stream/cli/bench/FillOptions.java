package io.s3stream.cli.bench;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Option;

/** Options of the data that a measurement writes first. */
final class FillOptions {

    private static final long OUTSTANDING_BYTES = 32 << 20;

    @Option(
            names = "--record-size",
            paramLabel = "SIZE",
            defaultValue = "4KiB",
            converter = Parsed.Size.class,
            description = "Payload of a record (default: ${DEFAULT-VALUE}).")
    private long recordBytes = 4 << 10;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "100",
            description = "Number of streams (default: ${DEFAULT-VALUE}).")
    private int streams = 100;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "1GiB",
            converter = Parsed.Size.class,
            description = "Payload bytes of all streams together (default: ${DEFAULT-VALUE}).")
    private long size = 1 << 30;

    int recordBytes() {
        return (int) recordBytes;
    }

    int streams() {
        return streams;
    }

    long size() {
        return size;
    }

    /** Appends to all streams in turn. Returns the number of durable records. */
    long append(List<Stream> targets, BooleanSupplier goOn) {
        byte[] random = new byte[recordBytes()];
        new Random(1).nextBytes(random);
        RecordBatch batch = RecordBatch.of(ByteBuffer.wrap(random), System.currentTimeMillis());
        Window window = new Window((int) Math.max(2, Math.min(1 << 16, OUTSTANDING_BYTES / recordBytes)));
        long records = size / recordBytes;
        for (long n = 0; n < records || goOn.getAsBoolean(); n++) {
            window.add(targets.get((int) (n % targets.size())).append(batch));
        }
        window.finish();
        return window.done();
    }
}
