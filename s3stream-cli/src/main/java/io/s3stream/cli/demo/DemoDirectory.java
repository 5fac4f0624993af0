package io.s3stream.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The working directory. A temporary one is deleted with its contents on close. */
record DemoDirectory(Path path, boolean isTemporary) implements AutoCloseable {

    @Override
    public void close() throws IOException {
        if (!isTemporary) {
            return;
        }
        List<Path> contents;
        try (Stream<Path> walk = Files.walk(path)) {
            contents = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : contents) {
            Files.delete(file);
        }
    }
}
