package io.s3stream.benchmarks.peers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasurementTest {

    private static final Measurement RUN = new Measurement(
            2,
            1 << 18,
            4096,
            new Usage(3_000_000_000L, 1 << 20, 7),
            0.25,
            500_000_000L,
            1L << 31,
            10,
            1.5,
            2.5,
            3.5,
            Map.of("a", "b"));

    @Test
    void writtenMeasurementIsReadBack(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("result");
        RUN.write(file);

        assertEquals(RUN, Measurement.read(file));
    }

    @Test
    void quantitiesAreRatiosOfTheCounters() {
        assertEquals((1L << 30) / 2 / 1e6, RUN.megabytesPerSecond(), 1e-6);
        assertEquals(1 << 17, RUN.appendsPerSecond(), 1e-6);
        assertEquals(3, RUN.cpuSecondsPerGib(), 1e-6);
        assertEquals(0.5, RUN.kernelSecondsPerGib(), 1e-6);
        assertEquals(4, RUN.allocatedPerAppend(), 1e-6);
        assertEquals(2, RUN.writtenPerByte(), 1e-6);
        assertEquals(5, RUN.flushesPerSecond(), 1e-6);
    }

    @Test
    void namesOfLoadsAreSizesOrPaced() {
        assertEquals(new Workload(128, 0), Workload.parse("128"));
        assertEquals(new Workload(4096, 20_000_000), Workload.parse("paced"));
        assertEquals("paced", Workload.parse("paced").toString());
        assertEquals(409_600, Workload.parse("paced").intervalNanos(2), 1e-6);
        assertThrows(IllegalArgumentException.class, () -> Workload.parse("fast"));
        assertThrows(IllegalArgumentException.class, () -> Workload.parse("0"));
    }

    @Test
    void windowIsBoundedByBytesAndRecords() {
        assertEquals(4096, Setup.window(32 << 20, 4096, 2));
        assertEquals(1 << 16, Setup.window(32 << 20, 1, 2));
        assertEquals(2, Setup.window(1 << 20, 1 << 20, 2));
    }
}
