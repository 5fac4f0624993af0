package io.s3stream.simulation.contention;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.log.MetadataClients;
import io.s3stream.core.metadata.log.MetadataSettings;
import io.s3stream.spi.metadata.MetadataRegister;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.testkit.sim.SimNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of one node. It opens, owns a few streams, and commits uploads of all of them. Owner of the measured
 * times.
 */
final class Committer {

    private static final int STREAMS = 10;

    private final int id;
    private final SimNode node;
    private final Load load;
    private final List<Long> latencies = new ArrayList<>();
    private long[] streams = new long[0];
    private long[] epochs = new long[0];
    private @Nullable MetadataClient client;
    private @Nullable Throwable failure;
    private long nodeEpoch;
    private long commits;
    private boolean measuring;

    Committer(int id, SimNode node, Load load) {
        this.id = id;
        this.node = node;
        this.load = load;
    }

    void open(ObjectStorage storage, MetadataRegister register) {
        MetadataClients.open(node, storage, register, MetadataSettings.DEFAULT)
                .thenCompose(opened -> {
                    client = opened;
                    opened.stopped().thenAccept(reason -> failure = reason);
                    UUID session = new UUID(node.randomLong(), node.randomLong());
                    return opened.submit(new Command.RegisterNode(id, session, List.of()));
                })
                .thenCompose(registered -> {
                    nodeEpoch = registered.value();
                    List<Command> commands = new ArrayList<>();
                    commands.add(new Command.OpenGeneration(id, nodeEpoch, descriptor(), 1));
                    for (int i = 0; i < STREAMS; i++) {
                        commands.add(new Command.CreateStream(id, nodeEpoch, "node-" + id + "/stream-" + i, Map.of()));
                    }
                    return present().submitAll(commands);
                })
                .thenCompose(created -> {
                    streams = created.stream()
                            .skip(1)
                            .mapToLong(result -> ((Accepted) result).value())
                            .toArray();
                    return present()
                            .submitAll(LongStream.of(streams)
                                    .mapToObj(stream -> (Command) new Command.OpenStream(id, nodeEpoch, stream, 0))
                                    .toList());
                })
                .whenComplete((opened, error) -> {
                    if (error != null) {
                        failure = error;
                        return;
                    }
                    epochs = opened.stream()
                            .mapToLong(result -> ((Accepted) result).value())
                            .toArray();
                });
    }

    private WalDescriptor descriptor() {
        return new WalDescriptor(URI.create("block:///wal-" + id), 1, 1, 4096, 1 << 20, 8, 8 << 20, 1L << 30, Map.of());
    }

    private MetadataClient present() {
        MetadataClient opened = client;
        if (opened == null) {
            throw new IllegalStateException("node " + id + " is not open");
        }
        return opened;
    }

    boolean isOpen() {
        return epochs.length > 0;
    }

    /** The reason why it stopped; null while it runs. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Commits from now on, with measurements. */
    void begin() {
        measuring = true;
        if (load.interval().isZero()) {
            commit();
        } else {
            long phase =
                    Long.remainderUnsigned(node.randomLong(), load.interval().toNanos());
            node.schedule(Duration.ofNanos(phase), node.serialContext("upload"), this::tick);
        }
    }

    void stop() {
        measuring = false;
    }

    List<Long> latencies() {
        return latencies;
    }

    private void tick() {
        if (measuring) {
            commit();
            node.schedule(load.interval(), node.serialContext("upload"), this::tick);
        }
    }

    private void commit() {
        long begun = node.nanoTime();
        long number = ++commits;
        List<UploadedObject.UploadedRange> ranges = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            ranges.add(new UploadedObject.UploadedRange(
                    streams[i], epochs[i], number * 1000 - 1000, number * 1000, 1 << 20, begun));
        }
        present()
                .submit(new Command.CommitUpload(
                        id,
                        nodeEpoch,
                        number - 1,
                        new CommittedPosition(number, 1, number << 20, 0),
                        List.of(new UploadedObject("data/00/" + id + "-1-" + number, 10 << 20, ranges)),
                        false))
                .whenComplete((accepted, error) -> {
                    if (error != null) {
                        failure = error;
                    } else if (measuring) {
                        latencies.add(node.nanoTime() - begun);
                        if (load.interval().isZero()) {
                            commit();
                        }
                    }
                });
    }
}
