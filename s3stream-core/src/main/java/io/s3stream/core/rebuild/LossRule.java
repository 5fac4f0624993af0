package io.s3stream.core.rebuild;

import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Findings;
import io.s3stream.api.tools.RebuildOptions;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Decides whether a rebuild may write although data is unreadable, missing or doubtful: only if an operator has seen
 * the list and accepted it [R42]. Not final, so that tests can break it on purpose.
 */
public class LossRule {

    /**
     * Returns whether the new metadata may be written.
     *
     * @param loss the value of {@link #lossIn} for the findings
     * @param accepted the loss that the operator accepts
     */
    protected boolean mayWrite(String loss, String accepted) {
        return loss.isEmpty() || loss.equals(accepted) || RebuildOptions.ANY_LOSS.equals(accepted);
    }

    /**
     * Returns a value for all lost or doubtful data. It is the same for the same findings in any order, and empty if
     * there are none.
     */
    final String lossIn(Findings findings) {
        List<Finding> losses = findings.list().stream()
                .filter(finding -> finding.kind().isProblem())
                .sorted(Comparator.comparing(Finding::kind)
                        .thenComparing(Finding::object)
                        .thenComparingLong(Finding::streamId)
                        .thenComparingLong(Finding::offset))
                .toList();
        if (losses.isEmpty()) {
            return "";
        }
        CRC32C crc = new CRC32C();
        for (Finding loss : losses) {
            update(crc, loss.kind() + " " + loss.object() + " " + loss.streamId() + " " + loss.offset() + "\n");
        }
        for (Map.Entry<Finding.Kind, Long> count : findings.counts().entrySet()) {
            if (count.getKey().isProblem()) {
                update(crc, count.getKey() + " " + count.getValue() + "\n");
            }
        }
        return String.format("%08x", crc.getValue());
    }

    private static void update(CRC32C crc, String line) {
        crc.update(line.getBytes(StandardCharsets.UTF_8));
    }
}
