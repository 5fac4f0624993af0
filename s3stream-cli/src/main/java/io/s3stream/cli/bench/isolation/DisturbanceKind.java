package io.s3stream.cli.bench.isolation;

import io.s3stream.cli.terminal.StoreOptions;
import io.s3stream.cli.terminal.ToolException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;

/** The rows of the matrix, in their order. The checkpoint is last, because its streams remain in the store. */
enum DisturbanceKind {
    UPLOAD,
    COMPACTION,
    CATCH_UP,
    THROTTLE,
    SLOW_PUT,
    TAKE_OVER,
    POLLS,
    CHECKPOINT;

    /** Returns the name on the command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns options of the store's configuration, in addition to those of all rows. */
    Map<String, String> config() {
        return this == COMPACTION
                ? Map.of(
                        "compactionEnabled", "true",
                        "compactionInterval", "10ms",
                        "compactionBytesPerSecond", "1GiB")
                : Map.of();
    }

    Disturbance create(Scene scene, StoreOptions store) {
        return switch (this) {
            case UPLOAD -> new UploadDisturbance(scene);
            case COMPACTION ->
                new CompactionDisturbance(scene, store.config(Map.of()).compactionFanout());
            case CATCH_UP -> new CatchUp(scene);
            case THROTTLE -> StorageFault.throttle(scene);
            case SLOW_PUT -> StorageFault.slowPuts(scene);
            case TAKE_OVER -> new TakeOver(scene, store.node() + Neighbour.NUMBER);
            case POLLS -> new IdlePolls(scene);
            case CHECKPOINT -> new Checkpoint(scene);
        };
    }

    /** Parses a name of the command line. */
    static final class Converter implements ITypeConverter<DisturbanceKind> {
        @Override
        public DisturbanceKind convert(String text) {
            return Arrays.stream(values())
                    .filter(kind -> kind.label().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new ToolException("--only=" + text
                            + ": no such disturbance; give one or several of " + labels() + ", separated by commas"));
        }
    }

    private static String labels() {
        return Arrays.stream(values()).map(DisturbanceKind::label).collect(Collectors.joining(", "));
    }
}
