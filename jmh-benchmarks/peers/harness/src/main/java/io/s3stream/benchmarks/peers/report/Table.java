package io.s3stream.benchmarks.peers.report;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of the report.
 *
 * @param title sentence in front of it
 */
record Table(String title, List<String> header, List<List<String>> rows) {

    String markdown() {
        StringBuilder out = new StringBuilder(title).append("\n\n");
        line(out, header);
        line(out, header.stream().map(column -> "---").toList());
        rows.forEach(row -> line(out, row));
        return out.append('\n').toString();
    }

    String html() {
        StringBuilder out = new StringBuilder("<p>").append(escaped(title)).append("</p>\n<table>\n<tr>");
        header.forEach(column -> out.append("<th>").append(escaped(column)).append("</th>"));
        out.append("</tr>\n");
        for (List<String> row : rows) {
            out.append("<tr>");
            row.forEach(cell -> out.append("<td>").append(escaped(cell)).append("</td>"));
            out.append("</tr>\n");
        }
        return out.append("</table>\n").toString();
    }

    /** Returns text for HTML. Marks of code, which Markdown has around messages, are dropped. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("`", "");
    }

    private static void line(StringBuilder out, List<String> cells) {
        out.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
    }
}
