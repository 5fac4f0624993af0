package io.s3stream.core.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Where keys live below the root of a {@link DirectoryObjectStorage}, and their listing.
 *
 * <p>{@code meta/head} is the file {@code meta/head@}. The {@code @}, which no key contains, lets the objects {@code a}
 * and {@code a/b} exist side by side. Parts of a key that cannot be the name of a directory get a mark: the empty one,
 * {@code .} and {@code ..} a {@code %} in front; one too long for a file system is cut, each piece but the last a
 * directory that ends in {@code +}. {@code ~tmp}, {@code ~parts} and {@code ~lock} are no keys either. What does not
 * belong into the directory is listed under its name and an {@code @}, so that whoever lists can name it.
 */
final class DirectoryLayout {

    private static final int LONGEST_NAME = 200;

    /** Ends the key under which a file is listed that is no object. No key of an object has it. */
    private static final String FOREIGN = "@";

    private final Path root;

    DirectoryLayout(Path root) {
        this.root = root;
    }

    Path temporaryFiles() {
        return root.resolve("~tmp");
    }

    Path locks() {
        return root.resolve("~lock");
    }

    Path parts() {
        return root.resolve("~parts");
    }

    Path file(String key) {
        Path directory = root;
        int start = 0;
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', start)) {
            String part = key.substring(start, slash);
            directory = cut(directory, part).resolve(directoryName(lastPiece(part)));
            start = slash + 1;
        }
        String part = key.substring(start);
        return cut(directory, part).resolve(lastPiece(part) + "@");
    }

    /** Whether a listed key stands for a file that is no object. */
    static boolean isForeign(String key) {
        return key.endsWith(FOREIGN);
    }

    /** The file of a key that is foreign. */
    Path foreignFile(String key) {
        return root.resolve(key.substring(0, key.length() - FOREIGN.length()));
    }

    /** The smallest keys, at most {@code limit}, that have {@code prefix} and come after {@code startAfter}, in order. */
    List<String> list(String prefix, String startAfter, int limit) throws IOException {
        TreeSet<String> smallest = new TreeSet<>();
        collect(root, "", new Query(prefix, startAfter, limit, smallest));
        return List.copyOf(smallest);
    }

    private static void collect(Path directory, String keyPrefix, Query query) throws IOException {
        List<Entry> directories = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path path : entries) {
                String name = path.getFileName().toString();
                if (name.startsWith("~")) {
                    continue;
                }
                if (name.endsWith("@")) {
                    query.offer(keyPrefix + name.substring(0, name.length() - 1));
                } else if (isBelow(directory, path)) {
                    directories.add(new Entry(keyPrefix + keyPart(name), path));
                } else {
                    query.offer(keyPrefix + name + FOREIGN);
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            return; // removed by hand meanwhile: then there is nothing to list
        }
        // Smaller subtrees first: once the page is full, the larger ones need not be read.
        directories.sort(Comparator.comparing(Entry::keyPrefix));
        for (Entry entry : directories) {
            if (query.mayBeBelow(entry.keyPrefix)) {
                collect(entry.directory, entry.keyPrefix, query);
            }
        }
    }

    /** Whether {@code path} is a directory; a link that leads back to one it is in would be walked without an end. */
    private static boolean isBelow(Path directory, Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        return Files.isDirectory(path) && !directory.toRealPath().startsWith(path.toRealPath());
    }

    private static String directoryName(String part) {
        return part.isEmpty() || part.equals(".") || part.equals("..") ? "%" + part : part;
    }

    private static String keyPart(String directoryName) {
        if (directoryName.endsWith("+")) {
            return directoryName.substring(0, directoryName.length() - 1);
        }
        return (directoryName.startsWith("%") ? directoryName.substring(1) : directoryName) + "/";
    }

    private static Path cut(Path directory, String part) {
        Path path = directory;
        for (int at = 0; part.length() - at > LONGEST_NAME; at += LONGEST_NAME) {
            path = path.resolve(part.substring(at, at + LONGEST_NAME) + "+");
        }
        return path;
    }

    private static String lastPiece(String part) {
        int pieces = Math.max(0, part.length() - 1) / LONGEST_NAME;
        return part.substring(pieces * LONGEST_NAME);
    }

    private record Entry(String keyPrefix, Path directory) {}

    private record Query(String prefix, String startAfter, int limit, TreeSet<String> smallest) {

        void offer(String key) {
            if (!key.startsWith(prefix) || key.compareTo(startAfter) <= 0) {
                return;
            }
            smallest.add(key);
            if (smallest.size() > limit) {
                smallest.pollLast();
            }
        }

        /** Whether a key that begins with {@code keyPrefix} could still be among the smallest. */
        boolean mayBeBelow(String keyPrefix) {
            boolean hasPrefix = keyPrefix.startsWith(prefix) || prefix.startsWith(keyPrefix);
            boolean comesAfter = keyPrefix.compareTo(startAfter) > 0 || startAfter.startsWith(keyPrefix);
            boolean hasRoom = smallest.size() < limit || keyPrefix.compareTo(smallest.last()) < 0;
            return hasPrefix && comesAfter && hasRoom;
        }
    }
}
