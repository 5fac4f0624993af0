package io.s3stream.simulation.months;

import io.s3stream.api.StoreConfig;
import io.s3stream.core.compact.CompactionSettings;
import io.s3stream.core.compact.CompactionTask;
import io.s3stream.core.metadata.StreamMetadata;
import io.s3stream.core.metadata.state.MetadataInvariants;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Runs traffic for months and records the store's contents day by day. Deterministic. */
public final class Months {

    private static final double SECONDS_A_DAY = 86_400;
    private static final double SECONDS_AN_HOUR = 3_600;
    private static final double MILLIS = 1_000;
    private static final int RECORD_BYTES = 4096;

    private final Traffic traffic;
    private final StoreConfig config;
    private final Random random = new Random(1);
    private final Ledger ledger = new Ledger();
    private final Node node;
    private final List<Long> streams = new ArrayList<>();
    private final List<CompactionTask> tasks = new ArrayList<>();
    private final double sumOfShares;
    /** The bytes that compaction may read; grows with time. */
    private double allowance;

    /**
     * The contents at the end of a day.
     *
     * @param shared objects of several streams, and small objects of one stream
     * @param own objects of one stream
     * @param ranges of all streams; the metadata have about 64 bytes for each
     * @param stored bytes in object storage, of which {@code live} can be read
     */
    record Day(int day, long shared, long own, long ranges, long stored, long live) {}

    Months(Traffic traffic, StoreConfig config) {
        this.traffic = traffic;
        this.config = config;
        this.node = new Node(CompactionSettings.of(config), ledger);
        this.sumOfShares = traffic.sumOfShares();
    }

    /**
     * Arguments: days, streams, bytes a second, an output file for the plot, and configurations to compare, as
     * {@code compactionFanout=8,uploadInterval=60s}, or {@code default}.
     */
    public static void main(String[] arguments) throws IOException {
        int days = Integer.parseInt(arguments[0]);
        Traffic traffic = new Traffic(Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]), RECORD_BYTES);
        List<List<Day>> lines = new ArrayList<>();
        List<String> names = List.of(arguments).subList(4, arguments.length);
        for (String name : names) {
            Months months = new Months(traffic, configured(name));
            List<Day> line = months.run(days);
            months.report(name, line);
            lines.add(line);
        }
        Plot.write(Path.of(arguments[3]), names, lines);
    }

    private static StoreConfig configured(String variant) {
        Map<String, String> options = new HashMap<>();
        if (!variant.equals("default")) {
            for (String option : variant.split(",")) {
                options.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
            }
        }
        return StoreConfig.fromMap(options);
    }

    Ledger ledger() {
        return ledger;
    }

    List<Day> run(int days) {
        for (int i = 0; i < traffic.streams(); i++) {
            streams.add(node.create());
        }
        List<Day> line = new ArrayList<>();
        double step = Math.min(
                config.uploadInterval().toMillis() / MILLIS,
                (double) config.uploadThresholdBytes() / traffic.bytesPerSecond());
        double seconds = 0;
        double hour = 0;
        while (line.size() < days) {
            seconds += step;
            upload(step, (long) (seconds * MILLIS));
            compact(step);
            if (seconds - hour >= SECONDS_AN_HOUR) {
                hour = seconds;
                retain((long) (seconds * MILLIS));
                node.removeRetired();
            }
            if (seconds >= (line.size() + 1) * SECONDS_A_DAY) {
                replaceOne();
                line.add(look(line.size() + 1));
            }
        }
        MetadataInvariants.check(node.state());
        return line;
    }

    private void upload(double step, long now) {
        Map<Long, Integer> records = new HashMap<>();
        for (int rank = 0; rank < streams.size(); rank++) {
            int count = traffic.records(rank, step, sumOfShares, random);
            if (count > 0) {
                records.put(streams.get(rank), count);
            }
        }
        if (!records.isEmpty()) {
            node.upload(records, traffic.recordBytes(), now);
        }
    }

    /** Compacts as fast as it may read. Each plan sees the results of the previous one. */
    private void compact(double step) {
        allowance = Math.min(
                allowance + step * config.compactionBytesPerSecond(), step * config.compactionBytesPerSecond());
        while (allowance > 0) {
            if (tasks.isEmpty()) {
                tasks.addAll(node.plan());
            }
            if (tasks.isEmpty()) {
                return;
            }
            CompactionTask task = tasks.remove(0);
            if (node.compact(task)) {
                allowance -= task.bytes();
            }
        }
    }

    private void retain(long now) {
        for (int rank = 0; rank < streams.size(); rank++) {
            node.trim(streams.get(rank), now - (long) (traffic.retentionDays(rank) * SECONDS_A_DAY * MILLIS));
        }
    }

    private void replaceOne() {
        int rank = random.nextInt(streams.size());
        node.delete(streams.get(rank));
        streams.set(rank, node.create());
    }

    private Day look(int day) {
        long[] found = new long[4];
        long own = CompactionSettings.of(config).streamObjectBytes();
        node.state().forEachObject(object -> {
            boolean shared = object.liveRanges() > 1 || object.liveBytes() < own;
            found[shared ? 0 : 1] += object.isRetired() ? 0 : 1;
            found[2] += object.size();
            found[3] += object.liveBytes();
        });
        long ranges = 0;
        for (StreamMetadata stream : node.state().streams("")) {
            ranges += stream.ranges().size();
        }
        return new Day(day, found[0], found[1], ranges, found[2], found[3]);
    }

    private void report(String name, List<Day> line) {
        System.out.printf("%n%s: %d streams, %d KiB/s%n", name, traffic.streams(), traffic.bytesPerSecond() >> 10);
        System.out.printf("%5s %8s %8s %9s %10s %10s%n", "day", "shared", "own", "ranges", "stored GiB", "alive GiB");
        for (Day day : line) {
            if (day.day() % Math.max(1, line.size() / 12) == 0) {
                System.out.printf(
                        "%5d %8d %8d %9d %10.1f %10.1f%n",
                        day.day(), day.shared(), day.own(), day.ranges(), gib(day.stored()), gib(day.live()));
            }
        }
        System.out.printf(
                "bytes written by the node per byte appended %.2f, of which rewritten %.2f; copied by the storage %.2f%n",
                ledger.written(),
                (double) ledger.rewrittenBytes / ledger.appendedBytes,
                (double) ledger.copiedBytes / ledger.appendedBytes);
        System.out.printf(
                "requests per GiB appended: %.0f writes, %.0f GETs; %d compactions%n",
                ledger.writesPerGiB(), ledger.getsPerGiB(), ledger.tasks);
    }

    private static double gib(long bytes) {
        return (double) bytes / (1L << 30);
    }
}
