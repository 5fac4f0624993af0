package io.s3stream.kafka.acceptance;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * The results of a run. A test is a method; it fails if one of its invocations does. Owns the results. JUnit calls it on one
 * thread.
 */
final class Results implements TestExecutionListener {

    private final PrintStream progress;
    private final PrintStream report;
    private final Map<String, Boolean> passed = new TreeMap<>();
    private final List<String> brokenClasses = new ArrayList<>();
    private long begin;

    /**
     * @param progress gets a line for each invocation
     * @param report gets the stack traces of failures
     */
    Results(PrintStream progress, PrintStream report) {
        this.progress = progress;
        this.report = report;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        begin = System.nanoTime();
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Optional<Throwable> error = result.getThrowable();
        if (!test.isTest() && error.isEmpty()) {
            return;
        }
        String name = name(test);
        boolean isPassed = result.getStatus() == Status.SUCCESSFUL;
        passed.merge(name, isPassed, Boolean::logicalAnd);
        progress.printf(
                "%-6s %5.1f s  %s %s%n",
                isPassed ? "ok" : "FAILED",
                (System.nanoTime() - begin) / 1e9,
                name,
                error.map(Results::line).orElse(""));
        error.ifPresent(cause -> {
            report.println("=== " + name + " " + test.getDisplayName());
            cause.printStackTrace(report);
        });
    }

    private String name(TestIdentifier test) {
        if (test.getSource().orElse(null) instanceof MethodSource method) {
            String type = method.getClassName();
            return type.substring(type.lastIndexOf('.') + 1) + "." + method.getMethodName();
        }
        brokenClasses.add(test.getDisplayName());
        return test.getDisplayName() + ".";
    }

    private static String line(Throwable cause) {
        String text = cause.toString().replaceAll("\\s+", " ");
        return text.substring(0, Math.min(text.length(), 200));
    }

    /**
     * Prints a table of the classes, and the tests with an unexpected result. Returns whether there is no such test.
     *
     * @param complete classes that ran with all their tests
     */
    boolean print(PrintStream out, TestList expected, Set<String> complete) {
        Map<String, int[]> table = new TreeMap<>();
        List<String> unexpected = new ArrayList<>();
        passed.forEach((name, isPassed) -> {
            int[] row = table.computeIfAbsent(name.substring(0, name.indexOf('.')), type -> new int[3]);
            row[0]++;
            row[isPassed ? 1 : 2]++;
            if (isPassed == expected.contains(name) && !expected.isTimely(name)) {
                unexpected.add(name + (isPassed ? " passes: remove it from expected-failures" : " fails"));
            }
        });
        for (String name : expected.names()) {
            if (!passed.containsKey(name) && complete.contains(name.substring(0, name.indexOf('.')))) {
                unexpected.add(name + " does not exist: remove it from expected-failures");
            }
        }
        out.printf("%n| %-45s | tests | passed | expected failures |%n|---|---|---|---|%n", "class");
        int[] sum = new int[3];
        table.forEach((type, row) -> {
            out.printf("| %-45s | %5d | %6d | %17d |%n", type, row[0], row[1], row[2]);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += row[i];
            }
        });
        out.printf("| %-45s | %5d | %6d | %17d |%n%n", "all", sum[0], sum[1], sum[2]);
        unexpected.forEach(line -> out.println("UNEXPECTED: " + line));
        return unexpected.isEmpty() && brokenClasses.isEmpty() && sum[0] > 0;
    }
}
