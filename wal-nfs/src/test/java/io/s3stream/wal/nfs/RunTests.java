package io.s3stream.wal.nfs;

import java.io.PrintWriter;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs test classes without Maven, for example on a machine with a real mount: {@code RunTests CLASS…}. The exit status
 * is 0 if all passed, and at least one ran.
 */
final class RunTests {

    private RunTests() {}

    public static void main(String[] classes) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        for (String name : classes) {
            request.selectors(DiscoverySelectors.selectClass(name));
        }
        System.exit(run(request.build()) ? 0 : 1);
    }

    private static boolean run(LauncherDiscoveryRequest request) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(request, summary, new Progress());
        TestExecutionSummary result = summary.getSummary();
        PrintWriter out = new PrintWriter(System.out, true);
        result.printFailuresTo(out, 12);
        out.printf(
                "%d passed, %d failed, %d skipped in %d s%n",
                result.getTestsSucceededCount(),
                result.getTotalFailureCount(),
                result.getTestsAbortedCount() + result.getTestsSkippedCount(),
                (result.getTimeFinished() - result.getTimeStarted()) / 1000);
        return result.getTotalFailureCount() == 0 && result.getTestsSucceededCount() > 0;
    }

    /** Prints a line for each test. */
    private static final class Progress implements TestExecutionListener {

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
                String why = result.getThrowable().map(Throwable::getMessage).orElse("");
                System.out.println(result.getStatus() + " " + test.getDisplayName() + " " + why);
            }
        }
    }
}
