package io.s3stream.core.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Finding.Kind;
import io.s3stream.api.tools.Findings;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingListTest {

    private static final int KEPT = 10_000;

    private final FindingList findings = new FindingList();

    private static Finding finding(Kind kind) {
        return new Finding(kind, "data/x", 0, 1, 0, "wrong");
    }

    @Test
    void findingsBeyondLimitAreOnlyCounted() {
        for (int i = 0; i < KEPT + 5; i++) {
            findings.add(finding(Kind.BLOCK));
        }

        Findings result = findings.result();
        assertThat(result.count(Kind.BLOCK)).isEqualTo(KEPT + 5);
        assertThat(result.list()).hasSize(KEPT);
    }

    @Test
    void manyFindingsOfOneKindDoNotHideAnotherKind() {
        for (int i = 0; i < KEPT + 5; i++) {
            findings.add(finding(Kind.ORPHAN));
        }
        findings.add(finding(Kind.MISSING));

        assertThat(findings.result().list()).anyMatch(found -> found.kind() == Kind.MISSING);
    }

    @Test
    void findingsKeepTheirOrder() {
        List<Finding> found = List.of(finding(Kind.SIZE), finding(Kind.BLOCK), finding(Kind.SIZE));
        findings.addAll(found);
        assertThat(findings.result().list()).isEqualTo(found);
    }
}
