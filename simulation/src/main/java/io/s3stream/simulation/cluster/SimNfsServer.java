package io.s3stream.simulation.cluster;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A file server: names, files and directories. Each request is atomic and durable. Outlives all clients. */
final class SimNfsServer {

    private final TreeMap<String, Inode> files = new TreeMap<>();
    private final TreeSet<String> directories = new TreeSet<>();

    /** A file. Clients that have it open may still use it after its deletion. */
    static final class Inode {
        private byte[] bytes = new byte[0];
        private int size;

        int size() {
            return size;
        }

        /** Returns the stored bytes, with zeros past the end. */
        byte[] read(int position, int length) {
            byte[] read = new byte[length];
            if (position < size) {
                System.arraycopy(bytes, position, read, 0, Math.min(length, size - position));
            }
            return read;
        }

        void write(int position, byte[] source, int length) {
            resize(position + length);
            System.arraycopy(source, 0, bytes, position, length);
        }

        void resize(int wanted) {
            if (wanted > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(wanted, 2 * bytes.length));
            }
            size = Math.max(size, wanted);
        }
    }

    SimNfsServer(String root) {
        directories.add(root);
    }

    NavigableMap<String, Inode> files() {
        return files;
    }

    NavigableSet<String> directories() {
        return directories;
    }

    @Nullable
    Inode find(String path) {
        return files.get(path);
    }

    Inode create(String path) {
        Inode inode = new Inode();
        files.put(path, inode);
        return inode;
    }
}
