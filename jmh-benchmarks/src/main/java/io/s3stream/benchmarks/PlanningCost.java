package io.s3stream.benchmarks;

import io.s3stream.api.StoreConfig;
import io.s3stream.core.compact.CompactionPlanner;
import io.s3stream.core.compact.CompactionSettings;
import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.StateMachine;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Measures one run of the compaction planner over the metadata of many streams. Most streams are small and share each
 * object with a thousand others. Every hundredth stream has large objects of its own.
 *
 * <p>Arguments: streams (1 000 000), ranges of each (4).
 */
public final class PlanningCost {

    private static final int NODE = 1;
    private static final int PER_BATCH = 5_000;
    private static final int PER_OBJECT = 1_000;
    private static final int SMALL_BYTES = 60_000;
    private static final int ONE_IN_IS_LARGE = 100;
    private static final int LOOKS = 10;
    private static final double NANOS_PER_MILLI = 1e6;

    private final StateMachine machine = new StateMachine();
    private final MetadataState state = machine.initial(new UUID(0, 0));
    private final UUID session = new UUID(1, 1);
    private final CompactionSettings settings =
            CompactionSettings.of(StoreConfig.builder().build());
    private final int streams;
    private long batches;
    private long committed;
    private long keys;

    private PlanningCost(int streams) {
        this.streams = streams;
        apply(List.of(new Command.RegisterNode(NODE, session, List.of())));
    }

    public static void main(String[] arguments) {
        int streams = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int ranges = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
        PlanningCost cost = new PlanningCost(streams);
        cost.create();
        for (int i = 0; i < ranges; i++) {
            cost.upload(i);
        }
        cost.look();
    }

    private void create() {
        for (int from = 1; from <= streams; from += PER_BATCH) {
            List<Command> commands = new ArrayList<>();
            for (int id = from; id < from + PER_BATCH && id <= streams; id++) {
                commands.add(new Command.CreateStream(NODE, 1, "stream-" + id, Map.of()));
                commands.add(new Command.OpenStream(NODE, 1, id, 0));
            }
            apply(commands);
        }
    }

    /** Adds one range to each stream. */
    private void upload(int round) {
        for (int from = 1; from <= streams; from += PER_OBJECT) {
            List<UploadedObject> objects = new ArrayList<>();
            List<UploadedRange> shared = new ArrayList<>();
            for (int id = from; id < from + PER_OBJECT && id <= streams; id++) {
                boolean isLarge = id % ONE_IN_IS_LARGE == 0;
                long bytes = isLarge ? settings.streamObjectBytes() : SMALL_BYTES;
                UploadedRange range = new UploadedRange(id, 1, round * 100L, (round + 1) * 100L, bytes, round);
                if (isLarge) {
                    objects.add(new UploadedObject(nextKey(), 2 * bytes, List.of(range)));
                } else {
                    shared.add(range);
                }
            }
            objects.add(new UploadedObject(nextKey(), 64L << 20, shared));
            apply(List.of(new Command.CommitUpload(
                    NODE, 1, committed, new CommittedPosition(++committed, 1, 0, 0), objects, false)));
        }
    }

    private void look() {
        CompactionPlanner planner = new CompactionPlanner(settings);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean(); // CPU time: the machine may be shared
        for (int i = 0; i < LOOKS; i++) {
            long began = threads.getCurrentThreadCpuTime();
            int tasks = planner.plan(state, NODE, id -> false).size();
            System.out.printf(
                    "%,d streams, %,d objects: %,d tasks, planned in %.0f ms of CPU%n",
                    streams, keys, tasks, (threads.getCurrentThreadCpuTime() - began) / NANOS_PER_MILLI);
        }
    }

    private String nextKey() {
        return "data/ab/" + NODE + "-1-" + ++keys;
    }

    private void apply(List<Command> commands) {
        for (CommandResult result : machine.apply(state, new Batch(NODE, session, ++batches, commands))) {
            if (!(result instanceof CommandResult.Accepted)) {
                throw new IllegalStateException(result.toString());
            }
        }
    }
}
