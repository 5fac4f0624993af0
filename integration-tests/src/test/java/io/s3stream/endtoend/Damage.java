package io.s3stream.endtoend;

import io.s3stream.layout.FrameFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a store at one moment, to be restored as often as needed, damaged or not. */
final class Damage {

    private static final int ALIGNMENT = 4096;

    private final Path dir;
    private final Map<Path, byte[]> files = new TreeMap<>();

    private Damage(Path dir) {
        this.dir = dir;
    }

    static Damage imageOf(Path dir) {
        Damage image = new Damage(dir);
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                image.files.put(file, Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return image;
    }

    /** Files whose path below the directory contains {@code part}. */
    List<Path> files(String part) {
        return files.keySet().stream()
                .filter(file -> dir.relativize(file).toString().contains(part))
                .toList();
    }

    byte[] bytes(Path file) {
        return files.get(file).clone();
    }

    /** Positions of the WAL's frames in the file. */
    List<Integer> frames(Path wal) {
        ByteBuffer bytes = ByteBuffer.wrap(files.get(wal));
        List<Integer> found = new ArrayList<>();
        for (int at = 0; at < bytes.limit(); at += ALIGNMENT) {
            if (FrameFormat.hasMagic(bytes, at)) {
                found.add(at);
            }
        }
        return found;
    }

    /** Restores the directory, once no store uses it. */
    void restore() {
        WatchedParts.awaitNoThreads();
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
            for (Map.Entry<Path, byte[]> file : files.entrySet()) {
                Files.createDirectories(file.getKey().getParent());
                Files.write(file.getKey(), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Restores the directory, except for one file. */
    void restore(Path file, byte[] instead) {
        restore();
        try {
            Files.write(file, instead);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
