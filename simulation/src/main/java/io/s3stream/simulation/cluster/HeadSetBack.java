package io.s3stream.simulation.cluster;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.core.storage.StorageRegister;
import io.s3stream.simulation.world.SimConfig;
import io.s3stream.testkit.sim.SimBucket;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.SimObjectStorage;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.sim.StorageFaults;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The register is set back to a head whose continuation every process knows. A newcomer that knows nothing commits from
 * there on. Later the newest head is restored. Processes with newer knowledge must have stopped before any commit
 * [R41]. Owner of whether it is set back.
 */
final class HeadSetBack {

    private static final String HEAD = "meta/head";
    private static final int NEWCOMER = 77;

    /** A newcomer that folded the log would delete segments that the newest head names. */
    private static final MetadataSettings NEVER_FOLDS = new MetadataSettings(
            64 << 10, 1 << 20, 1000, Duration.ofMinutes(1), SimConfig.metadata().patience());

    private final Simulator simulator;
    private final SimBucket bucket;
    private int newest = -1; // index of the newest head, while it is set back
    private int newcomers;
    private int times;
    private @Nullable Asked asked;

    /**
     * Processes that read the head, and their answers.
     *
     * @param known the number of the head that each has seen once it has answered
     */
    private record Asked(Map<ClusterProcess, CompletableFuture<?>> looks, int known) {}

    HeadSetBack(Simulator simulator, SimBucket bucket) {
        this.simulator = simulator;
        this.bucket = bucket;
        bucket.remember(HEAD);
    }

    /** How often it was set back. */
    int times() {
        return times;
    }

    boolean isSetBack() {
        return newest >= 0;
    }

    /** Lets every usable process read the newest head. {@link #tend} sets it back once they have answered. */
    void prepare(List<ClusterProcess> usable) {
        if (isSetBack() || asked != null || usable.isEmpty()) {
            return;
        }
        Map<ClusterProcess, CompletableFuture<?>> looks = new LinkedHashMap<>();
        usable.forEach(process ->
                looks.put(process, Objects.requireNonNull(process.usable()).listStreams("", 0, 1)));
        asked = new Asked(looks, bucket.remembered().size() - 1);
    }

    /**
     * Sets the register back when all answers have arrived. Processes that have not seen the head's continuation die
     * first: they could not know.
     *
     * @return whether it was set back just now
     */
    boolean tend(List<ClusterProcess> alive) {
        Asked present = asked;
        if (present == null || !present.looks().values().stream().allMatch(CompletableFuture::isDone)) {
            return false;
        }
        asked = null;
        if (present.known() < 2) {
            return false;
        }
        for (ClusterProcess process : alive) {
            CompletableFuture<?> look = present.looks().get(process);
            if (look == null || look.isCompletedExceptionally()) {
                process.sim().crash();
            }
        }
        newest = bucket.remembered().size() - 1;
        int known = present.known();
        bucket.setBack(bucket.remembered().get(known - 1 - simulator.random().nextInt(Math.min(known, 8))));
        times++;
        simulator.count("fault: register set back");
        if (simulator.chance(0.7)) {
            continueFromThere(1 + simulator.random().nextInt(12));
        }
        return true;
    }

    private void continueFromThere(int commits) {
        SimNode newcomer = new SimNode(simulator, "newcomer" + ++newcomers, step -> false);
        SimObjectStorage storage = new SimObjectStorage(newcomer, bucket, () -> StorageFaults.NONE);
        UUID session =
                new UUID(simulator.random().nextLong(), simulator.random().nextLong());
        CompletableFuture<MetadataClient> opened =
                MetadataClients.open(newcomer, storage, new StorageRegister(storage, HEAD), NEVER_FOLDS);
        opened.thenAccept(client -> client.submit(new Command.RegisterNode(NEWCOMER, session, List.of()))
                .thenAccept(epoch -> commit(client, epoch.value(), commits)));
        simulator.after(2_000_000_000L, "newcomer leaves", newcomer::crash);
    }

    private void commit(MetadataClient client, long epoch, int commits) {
        if (commits > 0) {
            client.submit(new Command.CreateStream(NEWCOMER, epoch, "newcomer-" + commits, Map.of()))
                    .thenRun(() -> {
                        simulator.count("commit on a register that was set back");
                        commit(client, epoch, commits - 1);
                    });
        }
    }

    /** Restores the newest head. */
    void end() {
        SimBucket.Stored kept = bucket.remembered().get(newest);
        bucket.remembered().clear();
        bucket.remembered().add(bucket.setBack(kept));
        newest = -1;
    }
}
