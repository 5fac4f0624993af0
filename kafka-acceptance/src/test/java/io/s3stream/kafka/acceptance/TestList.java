package io.s3stream.kafka.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Names of tests with a reason each, from a file of lines {@code NAME: REASON}. Immutable. */
record TestList(Map<String, String> reasons) {

    private static final String TIMELY = "sometimes, ";

    /** @throws IOException names the line that is not of this form */
    static TestList read(Path file) throws IOException {
        Map<String, String> reasons = new TreeMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(": ");
            if (colon < 1 || line.substring(colon + 2).isBlank()) {
                throw new IOException(file + " line " + number + ": must be NAME: REASON");
            }
            if (reasons.put(line.substring(0, colon), line.substring(colon + 2).strip()) != null) {
                throw new IOException(file + " line " + number + ": names a test that is in the list already");
            }
        }
        return new TestList(reasons);
    }

    boolean contains(String name) {
        return reasons.containsKey(name);
    }

    /** Whether the test is known to pass or fail by its timing. */
    boolean isTimely(String name) {
        return reasons.getOrDefault(name, "").startsWith(TIMELY);
    }

    Set<String> names() {
        return reasons.keySet();
    }
}
