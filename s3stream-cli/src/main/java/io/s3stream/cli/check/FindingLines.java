package io.s3stream.cli.check;

import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Findings;
import io.s3stream.cli.terminal.Output;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Writes each finding as a line, then a line with the count of each kind. */
final class FindingLines {

    private static final int SHOWN_OF_A_KIND = 100;

    private FindingLines() {}

    static void write(Findings findings, Output out) {
        Map<Finding.Kind, Integer> shown = new EnumMap<>(Finding.Kind.class);
        for (Finding finding : findings.list()) {
            if (shown.merge(finding.kind(), 1, Integer::sum) <= SHOWN_OF_A_KIND) {
                out.line(finding.kind().name().toLowerCase(Locale.ROOT) + ": " + finding.message());
            }
        }
        findings.counts().forEach((kind, count) -> out.line(kind.inWords() + ": " + count + beyond(count)));
    }

    private static String beyond(long count) {
        return count > SHOWN_OF_A_KIND ? " (the first " + SHOWN_OF_A_KIND + " are above; --json has more)" : "";
    }
}
