package io.s3stream.core.verify;

import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Findings;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collects findings: counts all and keeps the first of each kind. For one thread at a time. */
public final class FindingList {

    private static final int KEPT_OF_A_KIND = 10_000;

    private final Map<Finding.Kind, Long> counts = new EnumMap<>(Finding.Kind.class);
    private final List<Finding> list = new ArrayList<>();

    public void add(Finding finding) {
        if (counts.merge(finding.kind(), 1L, Long::sum) <= KEPT_OF_A_KIND) {
            list.add(finding);
        }
    }

    public void addAll(List<Finding> findings) {
        findings.forEach(this::add);
    }

    public Findings result() {
        return new Findings(counts, list);
    }
}
