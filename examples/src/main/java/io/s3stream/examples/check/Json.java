package io.s3stream.examples.check;

import io.s3stream.api.tools.Finding;
import io.s3stream.api.tools.Findings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the checks answer, as JSON on one line: enough for numbers, texts, maps and lists. */
final class Json {

    private Json() {}

    /** A value: a number, a text, or a map or list of such. */
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

    static List<Map<String, Object>> findings(Findings findings) {
        return findings.list().stream().map(Json::finding).toList();
    }

    static Map<String, Long> counts(Findings findings) {
        return findings.counts().entrySet().stream()
                .collect(Collectors.toMap(entry -> name(entry.getKey()), Map.Entry::getValue));
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
        for (char c : text.toCharArray()) {
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
