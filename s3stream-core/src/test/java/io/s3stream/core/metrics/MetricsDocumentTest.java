package io.s3stream.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.testkit.metrics.RecordedMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table in {@code docs/metrics.md} equals the code: each name, with kind, unit and labels. */
class MetricsDocumentTest {

    private static final Path DOCUMENT =
            Path.of("").toAbsolutePath().resolveSibling("docs").resolve("metrics.md");
    private static final Pattern ROW = Pattern.compile(
            "\\| `(s3stream[a-z.]+)` \\| (\\w+) \\| (\\w+) \\| (.*?) \\| [^|]+ \\| .*\\|", Pattern.MULTILINE);
    private static final Pattern LABEL = Pattern.compile("`(\\w+)`");

    @Test
    void tableListsExactlyTheMetricsOfCode() throws IOException {
        assertThat(documented()).containsExactlyElementsOf(registered());
    }

    @Test
    void everyOperationIsNamed() throws IOException {
        String text = Files.readString(DOCUMENT);
        for (StorageMetrics.Operation operation : StorageMetrics.Operation.values()) {
            assertThat(text).contains("`" + operation.name().toLowerCase(Locale.ROOT) + "`");
        }
    }

    private static List<String> documented() throws IOException {
        Matcher rows =
                ROW.matcher(Files.readString(DOCUMENT).replace("\\|", "/").replace("| |", "|  |"));
        return rows.results()
                .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3) + " " + labels(row.group(4)))
                .sorted()
                .toList();
    }

    private static Set<String> labels(String cell) {
        return LABEL.matcher(cell)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> registered() {
        RecordedMetrics recorded = new RecordedMetrics();
        StoreMetrics metrics = new StoreMetrics(recorded, 0, () -> 0);
        metrics.append().watchQueue(() -> 0);
        metrics.wal().watch(() -> 0, () -> 0, () -> 0);
        metrics.memory().watchAll(() -> 0, 0);
        metrics.memory().watchWriteCache(() -> 0, 0);
        metrics.memory().watchLeases(() -> 0, 0);
        metrics.read().watchBlockCache(() -> 0, 0);
        metrics.read().watchReadAhead(() -> 0);
        return recorded.shapes().stream()
                .map(shape -> {
                    Set<String> labels = new TreeSet<>(shape.labels());
                    assertThat(labels.remove("node")).as(shape.name()).isTrue();
                    String unit = switch (shape.unit()) {
                        case NANOSECONDS -> "ns";
                        case BYTES -> "bytes";
                        case COUNT -> "count";
                    };
                    return shape.name() + " " + shape.kind().name().toLowerCase(Locale.ROOT) + " " + unit + " "
                            + labels;
                })
                .sorted()
                .toList();
    }
}
