package io.s3stream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Comments, messages, names of tests and documents are plain English. The allowance is 0. */
class VocabularyTest {

    @Test
    void everyTextOfTheRepositoryIsPlainEnglish() throws IOException {
        List<String> faults = new ArrayList<>();
        int texts = 0;
        for (Path file : SourceTree.files(".*\\.(java|md)")) {
            if (file.endsWith("Vocabulary.java") || file.endsWith("VocabularyTest.java")) {
                continue; // they contain the forbidden words
            }
            String content = Files.readString(file);
            List<Vocabulary.Text> found = file.toString().endsWith(".md")
                    ? Vocabulary.ofMarkdown(content)
                    : Vocabulary.ofJava(content, file.toString().contains("/src/test/"));
            texts += found.size();
            for (Vocabulary.Text text : found) {
                for (String fault : Vocabulary.faults(text.words())) {
                    faults.add(SourceTree.ROOT.relativize(file) + ":" + text.line() + ": " + fault);
                }
            }
        }
        assertThat(faults).isEmpty();
        assertThat(texts).as("texts that were checked").isGreaterThan(10_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Whoever waits for it hears why at the next try.",
                "What is waiting is returned.",
                "Completes when an append has a chance.",
                "The writer goes on, beside the reader.",
                "Returns those that wait.",
                "MOST_BYTES",
            })
    void poorWordingIsReported(String words) {
        assertThat(Vocabulary.faults(words)).isNotEmpty();
    }

    @Test
    void commentsStringsAndTestNamesAreTexts() {
        String source = "class A {\n"
                + "    /** Whoever reads. */\n"
                + "    String s = \"nobody reads this\"; // it goes on\n"
                + "    void whatIsGoneIsForgotten() {}\n"
                + "}\n";

        assertThat(Vocabulary.ofJava(source, true))
                .filteredOn(text -> !Vocabulary.faults(text.words()).isEmpty())
                .extracting(Vocabulary.Text::line)
                .containsExactlyInAnyOrder(2, 3, 3, 4);
    }
}
