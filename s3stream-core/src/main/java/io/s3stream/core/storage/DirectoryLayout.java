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
 * Maps keys to files below the root of a {@link DirectoryObjectStorage}, and lists them.
 *
 * <p>{@code meta/head} is the file {@code meta/head@}. No key contains {@code @}, so the objects {@code a} and {@code
 * a/b} can coexist. Parts of a key that cannot be the name of a directory get a mark: the empty one, {@code .} and
 * {@code ..} get a {@code %} in front. A part too long for a file system is cut; each piece but the last is a directory
 * that ends in {@code +}. {@code ~tmp}, {@code ~parts} and {@code ~lock} are no keys either. A foreign file is listed
 * under its name and an {@code @}, so that an operator can find it.
 */
final class DirectoryLayout {

    private static final int MAX_NAME_LENGTH = 200;

    /** The suffix of listed keys of foreign files. No key of an object has it. */
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

    /** Returns whether a listed key belongs to a foreign file, which is no object. */
    static boolean isForeign(String key) {
        return key.endsWith(FOREIGN);
    }

    /** Returns the file of a foreign key. */
    Path foreignFile(String key) {
        return root.resolve(key.substring(0, key.length() - FOREIGN.length()));
    }

    /**
     * Returns the smallest keys, at most {@code limit}, that have {@code prefix} and follow {@code startAfter}, in
     * order.
     */
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
            return; // removed by hand since: the listing is empty
        }
        // Smaller subtrees first: once the page is full, the larger ones need not be read.
        directories.sort(Comparator.comparing(Entry::keyPrefix));
        for (Entry entry : directories) {
            if (query.mayBeBelow(entry.keyPrefix)) {
                collect(entry.directory, entry.keyPrefix, query);
            }
        }
    }

    /**
     * Returns whether {@code path} is a directory. A link to one of its own parents does not count: the walk would not
     * end.
     */
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
        for (int at = 0; part.length() - at > MAX_NAME_LENGTH; at += MAX_NAME_LENGTH) {
            path = path.resolve(part.substring(at, at + MAX_NAME_LENGTH) + "+");
        }
        return path;
    }

    private static String lastPiece(String part) {
        int pieces = Math.max(0, part.length() - 1) / MAX_NAME_LENGTH;
        return part.substring(pieces * MAX_NAME_LENGTH);
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

        /** Returns whether a key that begins with {@code keyPrefix} could still be among the smallest. */
        boolean mayBeBelow(String keyPrefix) {
            boolean hasPrefix = keyPrefix.startsWith(prefix) || prefix.startsWith(keyPrefix);
            boolean comesAfter = keyPrefix.compareTo(startAfter) > 0 || startAfter.startsWith(keyPrefix);
            boolean hasRoom = smallest.size() < limit || keyPrefix.compareTo(smallest.last()) < 0;
            return hasPrefix && comesAfter && hasRoom;
        }
    }
}
