package io.s3stream.benchmarks;

import io.s3stream.layout.FrameFormat;
import io.s3stream.layout.FrameHeader;
import io.s3stream.layout.RecordFormat;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Fills a frame of 512 KiB with records and seals it: the copy and the checksum that every append needs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FormatBenchmark {

    private static final int FRAME_BYTES = 512 << 10;
    private static final int ALIGNMENT = 4096;

    @Param({"1024", "4096", "65536"})
    public int recordBytes;

    private final ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_BYTES);
    private ByteBuffer payload = ByteBuffer.allocate(0);
    private long sequence;
    private int chain;

    @Setup
    public void fillPayload() {
        payload = ByteBuffer.allocate(recordBytes);
        new Random(1).nextBytes(payload.array());
    }

    @Benchmark
    public int encodeAndSeal() {
        int encoded = RecordFormat.encodedBytes(recordBytes);
        int at = FrameFormat.HEADER_BYTES;
        for (long offset = 0; at + encoded <= FRAME_BYTES; offset++, at += encoded) {
            RecordFormat.encode(frame, at, 1, 1, offset, 1, offset, payload);
        }
        int body = at - FrameFormat.HEADER_BYTES;
        FrameHeader header = FrameHeader.toSeal(0, 1, 1, ++sequence, sequence - 1, 0, chain);
        chain = FrameFormat.seal(frame, 0, body, FrameFormat.paddedBytes(body, ALIGNMENT), header);
        return chain;
    }
}
