package io.s3stream.benchmarks.peers.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a document between two marker comments, which the program owns. */
final class MarkedSection {

    static final String BEGIN = "<!-- peers: begin -->";
    static final String END = "<!-- peers: end -->";

    private MarkedSection() {}

    /** Replaces the section. A document without markers gets the section at its end. */
    static void write(Path document, String heading, String content) throws IOException {
        String before = Files.exists(document) ? Files.readString(document) : "";
        Files.writeString(document, replaced(before, heading, content));
    }

    static String replaced(String document, String heading, String content) {
        String section = BEGIN + "\n\n" + content.strip() + "\n\n" + END;
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 && end < 0) {
            String head = document.isBlank() ? "" : document.stripTrailing() + "\n\n";
            return head + "## " + heading + "\n\n" + section + "\n";
        }
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the document has only one marker, or both in the wrong order");
        }
        return document.substring(0, begin) + section + document.substring(end + END.length());
    }
}
