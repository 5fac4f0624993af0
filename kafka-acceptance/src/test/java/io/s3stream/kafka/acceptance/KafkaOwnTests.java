package io.s3stream.kafka.acceptance;

import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs tests of Kafka and compares their failures with a list. {@code .ci/kafka-own-tests} calls it.
 *
 * <pre>
 * KafkaOwnTests LISTS REPORT [TEST...]
 * </pre>
 *
 * <p>LISTS is the folder with {@code expected-failures} and {@code left-out}. REPORT is a file for stack traces. TEST is the
 * simple name of a class, or CLASS.METHOD; by default all classes run that are not left out. The exit code is 1 if a test
 * fails that is not expected to, or passes although it is.
 */
final class KafkaOwnTests {

    private KafkaOwnTests() {}

    public static void main(String[] args) throws IOException {
        Path lists = Path.of(args[0]);
        TestList expected = TestList.read(lists.resolve("expected-failures"));
        TestList leftOut = TestList.read(lists.resolve("left-out"));
        Map<String, String> classes = KafkaTestClasses.all();
        if (!classes.keySet().containsAll(leftOut.names())) {
            throw new IOException("left-out names a class that Kafka does not have; it has " + classes.keySet());
        }
        List<String> wanted = List.of(args).subList(2, args.length);
        if (wanted.isEmpty()) {
            wanted = new TreeSet<>(classes.keySet())
                    .stream().filter(name -> !leftOut.contains(name)).toList();
        }
        boolean isGood;
        try (PrintStream report = new PrintStream(Files.newOutputStream(Path.of(args[1])))) {
            Results results = run(classes, wanted, report);
            isGood = results.print(System.out, expected, Set.copyOf(wanted));
        }
        System.exit(isGood ? 0 : 1);
    }

    private static Results run(Map<String, String> classes, List<String> wanted, PrintStream report) {
        Results results = new Results(System.out, report);
        Map<String, DiscoverySelector> selectors = new TreeMap<>();
        for (String name : wanted) {
            int dot = name.indexOf('.');
            String simple = dot < 0 ? name : name.substring(0, dot);
            String full = classes.get(simple);
            if (full == null) {
                throw new IllegalArgumentException(name + ": Kafka has no such class; choose from " + classes.keySet());
            }
            if (dot < 0) {
                selectors.put(name, DiscoverySelectors.selectClass(full));
            } else {
                KafkaTestClasses.methods(full, name.substring(dot + 1))
                        .forEach(method ->
                                selectors.put(name + method, DiscoverySelectors.selectMethod(full + "#" + method)));
            }
        }
        startSharedThreads();
        Launcher launcher = LauncherFactory.create();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(List.copyOf(selectors.values()))
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
                .build();
        launcher.execute(request, results);
        return results;
    }

    /** Starts the threads that netty and the JDK share among all users, because the kit takes a new thread for a leak. */
    private static void startSharedThreads() {
        GlobalEventExecutor.INSTANCE.scheduleAtFixedRate(() -> {}, 0, 1, TimeUnit.HOURS);
        CompletableFuture.delayedExecutor(1, TimeUnit.NANOSECONDS).execute(() -> {});
    }
}
