package io.s3stream.benchmarks.peers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineUsageTest {

    @Test
    void idleTimeAndInterruptsAreNotBusy() {
        String stat = "cpu  1 2 4 1000 2000 8 16 32 64 128\ncpu0 9 9 9 9 9 9 9 9 9 9\n";

        assertEquals((1 + 2 + 4 + 32) * 10_000_000L, MachineUsage.busyNanos(stat));
    }

    @Test
    void theClosestMountGivesTheDevice() {
        List<String> mounts = List.of(
                "1 0 8:1 / / rw - ext4 /dev/a rw",
                "2 1 8:2 / /data rw - ext4 /dev/b rw",
                "3 1 8:3 / /database rw - ext4 /dev/c rw");

        assertEquals("8:2", MachineUsage.device(mounts, Path.of("/data/wal")));
        assertEquals("8:1", MachineUsage.device(mounts, Path.of("/other")));
        assertNull(MachineUsage.device(List.of(), Path.of("/other")));
    }

    @Test
    void foreignShareIsTheBusyTimeOfOtherProcesses() {
        MachineUsage.Difference used = new MachineUsage.Difference(1000, 1500, 100, 0, 0);

        assertEquals(0.2, used.foreignShare(1000, 2), 1e-9);
        assertEquals(0, used.foreignShare(1600, 2), 1e-9);
        assertEquals(1, new MachineUsage.Difference(1000, 9000, 0, 0, 0).foreignShare(0, 2), 1e-9);
    }

    @Test
    void unknownCountersStayUnknown() {
        MachineUsage earlier = new MachineUsage(1, 1, new KernelThreads(Map.of("2", 5L, "3", 7L)), -1, -1);
        MachineUsage later = new MachineUsage(2, 2, new KernelThreads(Map.of("2", 6L, "9", 1L)), -1, -1);

        assertEquals(new MachineUsage.Difference(1, 1, 20_000_000, -1, -1), later.since(earlier));
    }

    @Test
    void onlyKernelThreadsHaveTicks() {
        assertEquals(30, KernelThreads.ticks("7 (kworker/0:1 (x)) I 2 0 0 0 -1 69238880 0 0 0 0 10 20 0 0"));
        assertEquals(-1, KernelThreads.ticks("7 (java) S 2 0 0 0 -1 4194304 0 0 0 0 10 20 0 0"));
    }
}
