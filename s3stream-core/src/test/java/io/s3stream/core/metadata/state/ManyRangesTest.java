package io.s3stream.core.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.metadata.Batch;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.codec.CheckpointCodec;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The metadata release a stream of very many ranges in portions. No command takes long, and no command is large. */
class ManyRangesTest {

    private static final int RANGES = 1_000_000;
    private static final int PORTION = 5000;
    private static final long MAX_NANOS = 200_000_000;
    private static final UUID SESSION = new UUID(1, 2);

    private final StateMachine machine = new StateMachine();
    private final MetadataState state = machine.initial(new UUID(3, 4));
    private long number;

    @Test
    void deletionOfMillionRangesNeedsOnlyShortCommands() {
        fill();

        apply(new Command.DeleteStream(1, 1, 1));

        assertThat(state.stream(1)).isNull();
        assertThat(state.hasReleases()).isTrue();
        checkThatPortionsReleaseAll();
    }

    @Test
    void trimOfMillionRangesNeedsOnlyShortCommands() {
        fill();

        apply(new Command.TrimStream(1, 1, 1, RANGES - 10));

        assertThat(Objects.requireNonNull(state.stream(1)).ranges().size()).isEqualTo(10);
        apply(upload(RANGES, 1));
        assertThat(Objects.requireNonNull(state.stream(1)).committedEnd()).isEqualTo(RANGES + 1);
        apply(new Command.DeleteStream(1, 1, 1));
        checkThatPortionsReleaseAll();
    }

    @Test
    void pendingReleasesSurviveCheckpoint() {
        apply(upload(0, 10_000));
        apply(new Command.DeleteStream(1, 1, 1));

        MetadataState loaded =
                CheckpointCodec.decode(StateMachineModelTest.bytes(CheckpointCodec.encode(state)), "test");

        assertThat(loaded.hasReleases()).isTrue();
        while (loaded.hasReleases()) {
            machine.apply(loaded, batch(new Command.ReleaseRanges(1, 1, PORTION)));
        }
        assertThat(loaded.retiredObjects()).hasSize(10_000);
        MetadataInvariants.check(loaded);
    }

    ManyRangesTest() {
        apply(new Command.RegisterNode(1, SESSION, List.of()));
        apply(new Command.CreateStream(1, 1, "s", Map.of()));
        apply(new Command.OpenStream(1, 1, 1, 0));
    }

    private void fill() {
        for (int first = 0; first < RANGES; first += 1000) {
            apply(upload(first, 1000));
        }
    }

    private void checkThatPortionsReleaseAll() {
        while (state.hasReleases()) {
            apply(new Command.ReleaseRanges(1, 1, PORTION));
        }
        assertThat(state.retiredObjects().size()).isGreaterThanOrEqualTo(RANGES);
        MetadataInvariants.check(state);
    }

    /** Objects of one range each, of one offset each. */
    private static Command upload(long first, int count) {
        List<UploadedObject> objects = new ArrayList<>();
        for (long offset = first; offset < first + count; offset++) {
            objects.add(new UploadedObject(
                    "data/ab/1-1-" + offset,
                    1000,
                    List.of(new UploadedObject.UploadedRange(1, 1, offset, offset + 1, 900, offset))));
        }
        return new Command.CommitUpload(1, 1, 0, CommittedPosition.NONE, objects, false);
    }

    private void apply(Command command) {
        long began = cpuNanos();
        CommandResult result = machine.apply(state, batch(command)).get(0);
        assertThat(cpuNanos() - began).as("CPU time of %s", command.getClass()).isLessThan(MAX_NANOS);
        assertThat(result).isInstanceOf(CommandResult.Accepted.class);
    }

    /** CPU time, because wall-clock time also counts other programs of the machine. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private Batch batch(Command command) {
        return new Batch(1, SESSION, ++number, List.of(command));
    }
}
