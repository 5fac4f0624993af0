package io.s3stream.wal.nfs;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A file server in memory: names and inodes, each request atomic and visible to every later one. Written data is
 * durable once committed. {@link #restart} drops the rest unless a client sends it again. Outlives all clients; called
 * from the simulator's one thread.
 */
final class SimNfsServer {

    static final int PAGE = 4096;

    final TreeMap<String, Inode> names = new TreeMap<>();
    final TreeSet<String> directories = new TreeSet<>();
    private final boolean keepsRemoved;
    private long versions;

    /** A file; {@code change} is a new number with each modification. */
    static final class Inode {
        final Map<Long, byte[]> pages = new HashMap<>();
        final Map<Long, byte[]> durable = new HashMap<>();
        long size;
        long change;
        boolean removed;
    }

    /** @param keepsRemoved whether clients that have a removed file open can use it, as with NFS v4 */
    SimNfsServer(String root, boolean keepsRemoved) {
        this.keepsRemoved = keepsRemoved;
        directories.add(root);
    }

    Inode create(String name) {
        Inode inode = new Inode();
        touch(inode);
        names.put(name, inode);
        return inode;
    }

    void remove(String name) {
        Inode inode = names.remove(name);
        if (inode != null) {
            inode.removed = true;
        }
    }

    /** Whether an earlier handle is stale. */
    boolean isStale(Inode inode) {
        return inode.removed && !keepsRemoved;
    }

    @Nullable
    Inode lookup(String name) {
        return names.get(name);
    }

    void touch(Inode inode) {
        inode.change = ++versions;
    }

    /** Takes the first {@code bytes} of a page. */
    void write(Inode inode, long page, byte[] content, int bytes, long size) {
        byte[] merged = inode.pages.getOrDefault(page, new byte[PAGE]).clone();
        System.arraycopy(content, 0, merged, 0, bytes);
        inode.pages.put(page, merged);
        inode.size = Math.max(inode.size, size);
        touch(inode);
    }

    /** The request for a range is a request for the file, as clients send it. */
    void commit(Inode inode) {
        inode.durable.putAll(inode.pages);
    }

    /** An operator empties a directory. */
    void wipe(String directory) {
        names.keySet().stream()
                .filter(name -> name.startsWith(directory + "/"))
                .toList()
                .forEach(this::remove);
        directories.removeIf(name -> name.startsWith(directory + "/"));
    }

    /** Uncommitted data is gone. Sizes are kept, as a journal of metadata does. */
    void restart() {
        for (Inode inode : names.values()) {
            if (!inode.pages.equals(inode.durable)) {
                inode.pages.clear();
                inode.pages.putAll(inode.durable);
                touch(inode);
            }
        }
    }
}
