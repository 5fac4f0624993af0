package io.s3stream.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The limits that keep packages and files readable. */
class StructureTest {

    private static final int MAX_LINES_PER_FILE = 400;
    private static final int MAX_TYPES_PER_PACKAGE = 25;
    private static final int MIN_LINES_OF_PACKAGE_PAGE = 5;
    private static final Pattern PAGE = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);

    @Test
    void everyFileHasAtMost400Lines() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : SourceTree.files(".*\\.java")) {
            long lines = Files.readString(file).lines().count();
            if (lines > MAX_LINES_PER_FILE) {
                tooLong.add(SourceTree.ROOT.relativize(file) + ": " + lines);
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void everyPackageHasAtMost25Types() throws IOException {
        Map<Path, Integer> types = new TreeMap<>();
        for (Path file : SourceTree.files(".*/src/main/java/.*\\.java")) {
            if (!file.endsWith("package-info.java") && !file.endsWith("module-info.java")) {
                types.merge(SourceTree.ROOT.relativize(file.getParent()), 1, Integer::sum);
            }
        }
        assertThat(types)
                .hasSizeGreaterThan(50)
                .allSatisfy((folder, count) ->
                        assertThat(count).as(folder.toString()).isLessThanOrEqualTo(MAX_TYPES_PER_PACKAGE));
    }

    @Test
    void everyPackageHasAPageThatExplainsIt() throws IOException {
        List<String> tooShort = new ArrayList<>();
        for (Path file : SourceTree.files(".*/src/main/java/.*/package-info\\.java")) {
            var page = PAGE.matcher(Files.readString(file));
            long lines = page.find()
                    ? page.group(1)
                            .lines()
                            .filter(line -> line.matches(".*\\w.*"))
                            .count()
                    : 0;
            if (lines < MIN_LINES_OF_PACKAGE_PAGE) {
                tooShort.add(SourceTree.ROOT.relativize(file) + ": " + lines);
            }
        }
        assertThat(tooShort).isEmpty();
    }
}
