package io.s3stream.benchmarks.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3stream.benchmarks.peers.worker.Workload;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void valuesFollowTheirNamesOrAnEqualsSign() {
        Options options = Options.parse(new String[] {
            "--home=/h", "--rounds", "2", "--only", "raw,kafka", "--workloads=128,paced", "--seconds=0.5"
        });

        assertEquals(2, options.rounds());
        assertEquals(0.5, options.seconds());
        assertEquals(Path.of("/h/docs"), options.out());
        assertEquals(
                List.of("raw", "kafka"),
                options.contenders().stream().map(Contender::name).toList());
        assertEquals(List.of(Workload.parse("128"), Workload.parse("paced")), options.workloads());
    }

    @Test
    void unknownNamesAreRejected() {
        for (String[] arguments : new String[][] {{"--fast=1"}, {"rounds"}, {"--only=nats"}, {"--rounds"}}) {
            assertThrows(IllegalArgumentException.class, () -> Options.parse(arguments));
        }
    }

    @Test
    void theDeviceWritesOnlyBlocksAndOthersNoHugeRecords() {
        List<Contender> all =
                Options.parse(new String[] {"--only=raw,s3stream"}).contenders();

        assertFalse(all.get(0).supports(Workload.parse("128")));
        assertTrue(all.get(0).supports(Workload.parse("1048576")));
        assertTrue(all.get(1).supports(Workload.parse("128")));
        assertFalse(all.get(1).supports(Workload.parse("1048576")));
    }

    @Test
    void reasonOfAFailureIsTheInnermostCause() {
        List<String> log = List.of(
                "some log line",
                "java.lang.IllegalStateException: outer",
                "\tat A.b(A.java:1)",
                "Caused by: java.io.IOException: inner",
                "\tat C.d(C.java:1)");

        assertEquals("exit code 1: java.io.IOException: inner", Launcher.reason(log, 1));
        assertEquals("exit code 134: killed", Launcher.reason(List.of("some log line", "killed"), 134));
        assertEquals("exit code 1: no output", Launcher.reason(List.of(), 1));
    }
}
