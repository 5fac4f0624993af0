package io.s3stream.simulation.world;

import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file on a disk that outlives nodes. A write takes effect when it is executed. When a node dies, each of its pending
 * writes is lost, executed, or torn at sectors. A write that failed may have had any effect, and may have it later.
 */
public final class SimDisk {

    static final int SECTOR = 512;

    private final Simulator simulator;
    private final List<Ghost> ghosts = new ArrayList<>();
    private byte[] content = new byte[0];
    private @Nullable SimNode lockedBy;
    private boolean tearing;
    private double writeFailures;
    private double lockLosses;

    /** A write that failed and may still land. */
    @SuppressWarnings("ArrayRecordComponent") // written, never compared
    private record Ghost(byte[] bytes, int position) {}

    SimDisk(Simulator simulator) {
        this.simulator = simulator;
    }

    /** Sets the probability that a write fails. */
    void failWrites(double probability) {
        writeFailures = probability;
    }

    /** Sets the probability that a holder has lost its lock when another process wants it, as POSIX locks allow. */
    void loseLocks(double probability) {
        lockLosses = probability;
    }

    public byte[] content() {
        return content;
    }

    void grow(int bytes) {
        if (bytes > content.length) {
            content = Arrays.copyOf(content, bytes);
        }
    }

    boolean lock(SimNode node) {
        if (lockedBy != null && lockedBy != node && lockedBy.isAlive()) {
            if (lockLosses == 0 || !simulator.chance(lockLosses)) {
                return false;
            }
            simulator.count("fault: lock lost");
        }
        lockedBy = node;
        return true;
    }

    void unlock(SimNode node) {
        if (lockedBy == node) {
            lockedBy = null;
        }
    }

    /** Returns false when the write fails. */
    boolean write(byte[] bytes, int position) {
        if (tearing) {
            writeSome(bytes, position);
            return true;
        }
        if (simulator.chance(writeFailures)) {
            simulator.count("fault: disk write fails");
            if (simulator.chance(0.5)) {
                writeSome(bytes, position);
            }
            ghosts.add(new Ghost(bytes, position));
            return false;
        }
        System.arraycopy(bytes, 0, content, position, bytes.length);
        return true;
    }

    /** A new generation is being prepared. The operating system has no pending old writes at this point. */
    void settle() {
        ghosts.clear();
    }

    /** Decides the fate of a dead node's pending writes. */
    void onCrash(SimNode node) {
        landFailed();
        for (SimNode.PendingIo io : node.pendingIo()) {
            if (simulator.chance(0.5)) {
                simulator.count("fault: write lost in crash");
                continue;
            }
            tearing = true;
            try {
                io.task().call();
            } catch (Exception e) {
                simulator.count("fault: operation cut short by crash");
            } finally {
                tearing = false;
            }
        }
    }

    /** From now on writes are torn, and come from a dead process. */
    void tearing(boolean isTearing) {
        tearing = isTearing;
    }

    /** Failed writes land now, or never. */
    void landFailed() {
        for (Ghost ghost : ghosts) {
            if (simulator.chance(0.3)) {
                simulator.count("fault: failed write lands late");
                System.arraycopy(ghost.bytes(), 0, content, ghost.position(), ghost.bytes().length);
            }
        }
    }

    /** Whether writes succeed although the node is dead. */
    boolean isTearing() {
        return tearing;
    }

    private void writeSome(byte[] bytes, int position) {
        int way = simulator.random().nextInt(3);
        if (way == 0) {
            System.arraycopy(bytes, 0, content, position, bytes.length);
            return;
        }
        simulator.count("fault: torn write");
        int sectors = bytes.length / SECTOR;
        int prefix = simulator.random().nextInt(sectors + 1);
        for (int sector = 0; sector < sectors; sector++) {
            boolean lands = way == 1 ? sector < prefix : simulator.random().nextBoolean();
            if (lands) {
                System.arraycopy(bytes, sector * SECTOR, content, position + sector * SECTOR, SECTOR);
            }
        }
    }
}
