package io.s3stream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Links lead to existing files and headings, rule names are defined, and decision records are complete. */
class DocumentationTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
    private static final Pattern RULE = Pattern.compile("\\[([RL]\\d+(?:, ?[RL]\\d+)*)]|\\w_([RL]\\d+)\\b");
    private static final Pattern DEFINITION = Pattern.compile("(?m)^\\| ([RL]\\d+) \\|");
    private static final Pattern DECLARATION = Pattern.compile("\\b(?:class|interface|record|enum) (\\w+)");
    private static final Pattern TYPE_NAME = Pattern.compile("`([A-Z][a-z]\\w*?[A-Z]\\w*)(?:[.#(][^`]*)?`");
    private static final Set<String> FOREIGN_TYPES =
            Set.of("ByteBuffer", "MeterFilter", "OutOfMemoryError", "ServiceLoader", "StackOverflowError");
    private static final Pattern CODE_FENCE = Pattern.compile("(?ms)^```.*?^```");

    @Test
    void documentLinksAreNotBroken() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            Matcher link = LINK.matcher(withoutCode(document));
            while (link.find()) {
                String target = link.group(1);
                if (!target.matches("[a-z]+:.*")) {
                    links++;
                    if (!exists(document, target)) {
                        broken.add(SourceTree.ROOT.relativize(document) + ": " + target);
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).as("links that were followed").isGreaterThan(100);
    }

    /** A comment may name a rule as [R17], a test as {@code …_R17}. */
    @Test
    void everyNamedRuleIsDefinedInTheReliabilityPage() throws IOException {
        Set<String> defined = DEFINITION
                .matcher(Files.readString(SourceTree.ROOT.resolve("docs/reliability.md")))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
        Set<String> named = new TreeSet<>();
        for (Path file : SourceTree.files(".*\\.(md|java)")) {
            Matcher rule = RULE.matcher(Files.readString(file));
            while (rule.find()) {
                named.addAll(Arrays.asList((rule.group(1) == null ? rule.group(2) : rule.group(1)).split(", ?")));
            }
        }
        assertThat(defined).containsAll(named);
        assertThat(named).as("rules that are named").hasSizeGreaterThan(30);
    }

    /** A renamed class must be renamed in documents as well. */
    @Test
    void documentsNameExistingTypes() throws IOException {
        Set<String> types = new TreeSet<>(FOREIGN_TYPES);
        for (Path file : SourceTree.files(".*\\.java")) {
            DECLARATION.matcher(Files.readString(file)).results().forEach(type -> types.add(type.group(1)));
        }
        Set<String> unknown = new TreeSet<>();
        for (Path document : documents()) {
            Matcher type = TYPE_NAME.matcher(withoutCode(document));
            while (type.find()) {
                if (!types.contains(type.group(1))) {
                    unknown.add(SourceTree.ROOT.relativize(document) + ": " + type.group(1));
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    @Test
    void everyDecisionHasAStatusADateAndAlternatives() throws IOException {
        List<Path> records = SourceTree.files("docs/decisions/\\d{4}-.*\\.md");
        assertThat(records).hasSizeGreaterThanOrEqualTo(20);
        for (Path record : records) {
            assertThat(Files.readString(record))
                    .as(record.getFileName().toString())
                    .containsPattern("(?m)^Status: (accepted|replaced by \\d+)\\. Date: \\d{4}-\\d{2}-\\d{2}\\.$")
                    .contains("**Context.**", "**Decision.**", "**Consequences.**", "**Alternatives.**");
        }
    }

    private static List<Path> documents() throws IOException {
        return SourceTree.files(".*\\.md");
    }

    private static boolean exists(Path document, String target) {
        int hash = target.indexOf('#');
        String path = URLDecoder.decode(hash < 0 ? target : target.substring(0, hash), StandardCharsets.UTF_8);
        Path file = path.isEmpty() ? document : document.resolveSibling(path).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return hash < 0 || anchors(file).contains(target.substring(hash + 1));
    }

    /** Anchors of headings, as repository hosts make them. */
    private static Set<String> anchors(Path file) {
        return HEADING.matcher(withoutCode(file))
                .results()
                .map(heading -> heading.group(1)
                        .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String withoutCode(Path file) {
        try {
            return CODE_FENCE.matcher(Files.readString(file)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
