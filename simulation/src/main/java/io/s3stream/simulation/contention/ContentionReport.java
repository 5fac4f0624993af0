package io.s3stream.simulation.contention;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints the table of {@code docs/scale.md}: {@code ContentionReport [SEED]}. Takes a few minutes. */
public final class ContentionReport {

    private ContentionReport() {}

    public static void main(String[] arguments) {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
        System.out.println(
                "| CAS | nodes | each commits | commits/s | changes/s | p50 | p99 | max | wasted | commits a node |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (Load load : loads()) {
            System.out.println(line(Contention.run(load.withSeed(seed))));
        }
    }

    private static List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        for (int latency : new int[] {5, 30, 100}) {
            for (Duration interval : List.of(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ZERO)) {
                for (int nodes : new int[] {2, 10, 50}) {
                    loads.add(Load.of(nodes, latency, interval));
                }
            }
        }
        for (int nodes : new int[] {2, 10}) {
            loads.add(Load.of(nodes, 30, Duration.ofSeconds(10)).withSpacing(Duration.ofSeconds(1)));
        }
        return loads;
    }

    private static String line(Contention.Result result) {
        Load load = result.load();
        return String.format(
                Locale.ROOT,
                "| %d ms%s | %d | %s | %.1f | %.1f | %s | %s | %s | %.0f %% | %d–%d%s |",
                load.latency().toMillis(),
                load.spacing().isZero() ? "" : ", one change a second",
                load.nodes(),
                load.interval().isZero() ? "at once" : "each " + load.interval().toSeconds() + " s",
                result.commitsPerSecond(),
                result.changesPerSecond(),
                time(result.median()),
                time(result.p99()),
                time(result.max()),
                result.requests().wastedShare() * 100,
                result.fewest(),
                result.most(),
                result.failed() == 0 ? "" : ", " + result.failed() + " stopped");
    }

    private static String time(long nanos) {
        return nanos < 1_000_000_000
                ? String.format(Locale.ROOT, "%d ms", nanos / 1_000_000)
                : String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }
}
