package io.s3stream.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on one directory, killed at any moment. */
class DirectoryProcessesTest {

    private static final int PROCESSES = 4;
    private static final int KILLS = 6;

    @TempDir
    Path directory;

    @TempDir
    Path logs;

    private final List<Process> running = new ArrayList<>();
    private final List<Path> outputs = new ArrayList<>();

    @AfterEach
    void killAll() {
        running.forEach(Process::destroyForcibly);
    }

    @Test
    void conditionalWriteHasOneWinnerAmongKilledProcesses() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < PROCESSES; i++) {
            start();
        }
        awaitWins(40);
        for (int kill = 0; kill < KILLS; kill++) {
            running.remove(random.nextInt(running.size())).destroyForcibly().waitFor();
            int wins = wins();
            if (kill < KILLS - PROCESSES) {
                start();
            }
            if (!running.isEmpty()) {
                awaitWins(wins + 5 + random.nextInt(30));
            }
        }
        killAll();
        for (Process process : running) {
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }

        Map<String, String> winners = winners();
        checkAgainstStorage(winners, "seed " + seed);
    }

    /** At most one process may claim to have won each number. The storage holds the winner's whole content. */
    private void checkAgainstStorage(Map<String, String> winners, String description) {
        try (var storage = DirectoryObjectStorageTest.open(directory, UnpooledByteBufAllocator.DEFAULT)) {
            int found = 0;
            String last = "";
            List<ObjectSummary> page = storage.list("once/", last, 1000).join();
            while (!page.isEmpty()) {
                for (ObjectSummary object : page) {
                    byte[] content = DirectoryRacer.take(
                            storage.get(object.key(), ByteRange.WHOLE).join().orElseThrow());
                    String won = winners.remove("ONCE " + object.key().substring("once/".length()));
                    if (won != null) {
                        assertThat(DirectoryRacer.writer(content))
                                .as(description)
                                .isEqualTo(won);
                    }
                    found++;
                    last = object.key();
                }
                page = storage.list("once/", last, 1000).join();
            }
            byte[] counter = DirectoryRacer.take(
                    storage.get("counter", ByteRange.WHOLE).join().orElseThrow());
            int highest = winners.keySet().stream()
                    .filter(race -> race.startsWith("COUNTER "))
                    .mapToInt(race -> Integer.parseInt(race.substring("COUNTER ".length())))
                    .max()
                    .orElseThrow();
            assertThat(winners.keySet()).as(description).noneMatch(race -> race.startsWith("ONCE "));
            assertThat(DirectoryRacer.number(counter)).as(description).isGreaterThanOrEqualTo(highest);
            assertThat(found).as(description).isGreaterThanOrEqualTo(DirectoryRacer.number(counter));
            // Each killed process may have won one race without reporting it.
            assertThat(highest).as(description).isLessThanOrEqualTo(winners.size() + outputs.size());
        }
    }

    private Map<String, String> winners() throws IOException {
        Map<String, String> winners = new HashMap<>();
        for (Path output : outputs) {
            for (String line : completeLines(output)) {
                String[] words = line.split(" ");
                if (words.length == 3) {
                    String before = winners.put(words[0] + " " + words[1], words[2]);
                    assertThat(before).as("another winner of " + line).isNull();
                }
            }
        }
        return winners;
    }

    private void awaitWins(int wins) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> wins() >= wins);
    }

    private int wins() throws IOException {
        int wins = 0;
        for (Path output : outputs) {
            wins += (int) completeLines(output).stream()
                    .filter(line -> line.startsWith("COUNTER"))
                    .count();
        }
        return wins;
    }

    private static List<String> completeLines(Path output) throws IOException {
        String text = Files.readString(output);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private void start() throws IOException {
        Path output = logs.resolve("racer-" + outputs.size());
        Files.createFile(output);
        outputs.add(output);
        running.add(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DirectoryRacer.class.getName(),
                        directory.toString(),
                        "p" + outputs.size())
                .redirectOutput(output.toFile())
                .redirectError(logs.resolve("errors-" + outputs.size()).toFile())
                .start());
    }
}
