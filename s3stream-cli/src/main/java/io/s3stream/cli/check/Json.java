package io.s3stream.cli.check;

import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Findings;
import io.s3stream.api.tools.RebuildReport;
import io.s3stream.api.tools.RebuildReport.RebuiltStream;
import io.s3stream.api.tools.VerifyReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes the reports of the checks as one line of JSON: numbers, texts, maps and lists. */
final class Json {

    private Json() {}

    /** Returns a number, a text, or a map or list of these as JSON. */
    static String of(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> text(String.valueOf(entry.getKey())) + ":" + of(entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Json::of).collect(Collectors.joining(",", "[", "]"));
        }
        return value instanceof Number || value instanceof Boolean ? value.toString() : text(value.toString());
    }

    private static List<Map<String, Object>> findings(Findings findings) {
        return findings.list().stream().map(Json::finding).toList();
    }

    private static Map<String, Long> counts(Findings findings) {
        return findings.counts().entrySet().stream()
                .collect(Collectors.toMap(entry -> name(entry.getKey()), Map.Entry::getValue));
    }

    static Map<String, Object> fields(RebuildReport report) {
        Map<String, Object> fields = new TreeMap<>();
        fields.put("objects", report.objects());
        fields.put("objectsUsed", report.objectsUsed());
        fields.put("loss", report.loss());
        fields.put("copiedBytes", report.copiedBytes());
        fields.put("streams", report.streams().stream().map(Json::stream).toList());
        fields.put("counts", counts(report.findings()));
        fields.put("findings", findings(report.findings()));
        return fields;
    }

    static Map<String, Object> fields(VerifyReport report) {
        Map<String, Object> fields = new TreeMap<>();
        fields.put("clean", report.findings().isClean());
        fields.put("sequence", report.sequence());
        fields.put("streams", report.streams());
        fields.put("ranges", report.ranges());
        fields.put("objects", report.objects());
        fields.put("objectBytes", report.objectBytes());
        fields.put("retired", report.retired());
        fields.put("blocks", report.blocks());
        fields.put("batches", report.batches());
        fields.put("counts", counts(report.findings()));
        fields.put("findings", findings(report.findings()));
        return fields;
    }

    private static Map<String, Object> stream(RebuiltStream stream) {
        return Map.of(
                "id", stream.id(),
                "name", stream.name(),
                "epoch", stream.epoch(),
                "start", stream.start(),
                "end", stream.end(),
                "ranges", stream.ranges(),
                "bytes", stream.bytes());
    }

    private static Map<String, Object> finding(Finding finding) {
        return Map.of(
                "kind", name(finding.kind()),
                "object", finding.object(),
                "position", finding.position(),
                "stream", finding.streamId(),
                "offset", finding.offset(),
                "message", finding.message());
    }

    private static String name(Finding.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String text(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
