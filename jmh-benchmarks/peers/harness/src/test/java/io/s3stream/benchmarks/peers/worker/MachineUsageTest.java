package io.s3stream.benchmarks.peers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineUsageTest {

    @Test
    void idleAndWaitingTimeIsNotBusy() {
        String stat = "cpu  1 2 4 1000 2000 8 16 32 64 128\ncpu0 9 9 9 9 9 9 9 9 9 9\n";

        assertEquals((1 + 2 + 4 + 8 + 16 + 32) * 10_000_000L, MachineUsage.busyNanos(stat));
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
    void foreignShareIsTheBusyTimeOfOthers() {
        MachineUsage used = new MachineUsage(1000, 1500, 0, 0);

        assertEquals(0.25, used.foreignShare(1000, 2), 1e-9);
        assertEquals(0, used.foreignShare(1600, 2), 1e-9);
        assertEquals(1, new MachineUsage(1000, 9000, 0, 0).foreignShare(0, 2), 1e-9);
    }

    @Test
    void unknownCountersStayUnknown() {
        MachineUsage used = new MachineUsage(2, 2, -1, -1).since(new MachineUsage(1, 1, -1, -1));

        assertEquals(new MachineUsage(1, 1, -1, -1), used);
    }
}
