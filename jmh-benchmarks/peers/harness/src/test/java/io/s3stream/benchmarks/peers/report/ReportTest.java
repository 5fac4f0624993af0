package io.s3stream.benchmarks.peers.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.s3stream.benchmarks.peers.worker.Measurement;
import io.s3stream.benchmarks.peers.worker.Usage;
import io.s3stream.benchmarks.peers.worker.Workload;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final double QUIET = 0.1;
    private static final Workload LOAD = Workload.parse("1000");

    private final Results results = new Results(QUIET);

    @Test
    void disturbedRunsAreLeftOutOfTheMedian() {
        Summary summary = Summary.of(List.of(run(100, 0), run(300, 0.05), run(5000, 0.5)), QUIET);

        assertEquals(
                "0.20 (0.10–0.30)",
                summary.spread(Measurement::megabytesPerSecond).text());
        assertEquals(1, summary.disturbed());
        assertFalse(summary.isDisturbed());
    }

    @Test
    void mediansOfDisturbedRunsAreMarkedWhenNoOtherRunExists() {
        results.declare("slow", "");
        results.add("slow", LOAD, run(100, 0.5));
        results.add("slow", LOAD, run(300, 0.9));

        assertTrue(markdown().contains("| slow | 0.20 (0.10–0.30) † |"), markdown());
    }

    @Test
    void failedContenderIsInTheTableWithItsReason() {
        results.declare("good", "");
        results.declare("bad", "");
        results.add("good", LOAD, run(100, 0));
        results.add("bad", LOAD, Run.failed("no | libaio"));

        assertTrue(markdown().contains("| bad | failed |"), markdown());
        assertTrue(markdown().contains("| bad | 1000 B | `no / libaio` |"), markdown());
    }

    @Test
    void contenderThatMissesTheRateIsMarked() {
        Workload paced = Workload.parse("paced");
        results.declare("slow", "");
        results.add("slow", paced, new Run(measurement(1000, 4096, 0), null));

        assertTrue(markdown().contains("4.10, too slow |"), markdown());
    }

    @Test
    void pageAndSectionAndPicturesAreWritten(@TempDir Path documents) throws IOException {
        Files.writeString(documents.resolve("performance.md"), "# Performance\n\nText.\n");
        results.declare("good", "1 < 2");
        results.add("good", LOAD, run(100, 0));
        results.add("good", Workload.parse("paced"), new Run(measurement(4883, 4096, 0), null));

        Report report = new Report(results, List.of("A machine."));
        report.write(documents);
        String once = Files.readString(documents.resolve("performance.md"));
        report.write(documents);

        assertEquals(once, Files.readString(documents.resolve("performance.md")));
        assertTrue(once.startsWith("# Performance\n\nText.\n\n## Other durable journals\n"));
        for (String name : List.of("throughput", "latency", "cpu", "allocation")) {
            assertNotNull(
                    ImageIO.read(documents.resolve("peers/" + name + ".png").toFile()));
            assertTrue(once.contains("(peers/" + name + ".png)"));
        }
        String page = Files.readString(documents.resolve("peers/index.html"));
        assertTrue(page.contains("<td>1 &lt; 2</td>"));
        assertFalse(page.contains(".png\""), "the page refers to another file");
    }

    @Test
    void tallerBarsAreLargerFigures() {
        BufferedImage image = BarChart.draw(new Plot(
                "x.png",
                "Title",
                List.of("a"),
                List.of(
                        new Plot.Series("raw", List.of(new Spread(1000, 900, 1100))),
                        new Plot.Series("s3stream", List.of(new Spread(10, 10, 10))),
                        new Plot.Series("none", Arrays.asList((Spread) null)))));

        int tall = count(image, 0x606060);
        int small = count(image, 0x0B5FCC);
        assertTrue(small > 1000 && tall > 1.5 * small, tall + " and " + small);
    }

    @Test
    void sectionReplacesOnlyTheTextBetweenTheMarkers() {
        String document = "before\n" + MarkedSection.BEGIN + "\nold\n" + MarkedSection.END + "\nafter\n";

        assertEquals(
                "before\n" + MarkedSection.BEGIN + "\n\nnew\n\n" + MarkedSection.END + "\nafter\n",
                MarkedSection.replaced(document, "Heading", "new"));
        assertThrows(
                IllegalArgumentException.class, () -> MarkedSection.replaced(MarkedSection.BEGIN, "Heading", "new"));
    }

    @Test
    void numbersHaveThreeDigitsThatCount() {
        assertEquals("12 346", Spread.number(12345.6));
        assertEquals("12.3", Spread.number(12.34));
        assertEquals("0.12", Spread.number(0.123));
        assertEquals("0.012", Spread.number(0.0123));
        assertEquals(2.5, Spread.of(List.of(4.0, 1.0, 2.0, 3.0)).median());
        assertNull(results.summary("unknown", LOAD));
    }

    private String markdown() {
        return new Report(results, List.of()).markdown();
    }

    private static int count(BufferedImage image, int color) {
        int count = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                count += (image.getRGB(x, y) & 0xFFFFFF) == color ? 1 : 0;
            }
        }
        return count;
    }

    private static Run run(long appends, double foreignShare) {
        return new Run(measurement(appends, 1000, foreignShare), null);
    }

    private static Measurement measurement(long appends, int recordBytes, double foreignShare) {
        return new Measurement(
                1, appends, recordBytes, new Usage(1_000_000, 5000, 1), foreignShare, 0, -1, -1, 1, 2, 3, Map.of());
    }
}
