package io.s3stream.wal.nfs;

import io.s3stream.testkit.sim.Simulator;
import io.s3stream.wal.nfs.SimNfsServer.Inode;
import io.s3stream.wal.nfs.directory.DirectorySource;
import io.s3stream.wal.nfs.directory.Mount;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The NFS client of a host: its processes see the server through caches. Attributes, names (also absent ones) and
 * listings are remembered for {@link #CACHED_NANOS}, longer than any take-over. Data is remembered until an open finds
 * that the file changed. Opening requests the attributes from the server, unless mounted with {@code nocto}. Writes go
 * to the cache and from there to the server, in any order and at any time. Owner of the caches; called from the
 * simulator's one thread.
 */
final class SimNfsClient implements DirectorySource {

    private static final long CACHED_NANOS = 60_000_000_000L;
    private static final double WRITTEN_BACK = 0.2;

    private final Simulator simulator;
    private final SimNfsServer server;
    private final boolean nocto;
    private final Map<String, Name> nameCache = new HashMap<>();
    private final Map<String, Listing> listings = new HashMap<>();
    private final Map<Inode, Cached> files = new IdentityHashMap<>();

    /** The next sync fails, and drops its data from the cache. */
    boolean failNextSync;

    private record Name(@Nullable Inode inode, long until) {}

    private record Listing(List<String> entries, long until) {}

    /** The client's knowledge of a file. */
    private static final class Cached {
        final Map<Long, byte[]> pages = new HashMap<>();
        final Set<Long> dirty = new HashSet<>();

        /** Sent and not committed: sent again when the server has restarted. */
        final Set<Long> unstable = new HashSet<>();

        long size;
        long change = -1;
        long attributesUntil;
    }

    SimNfsClient(Simulator simulator, SimNfsServer server, boolean nocto) {
        this.simulator = simulator;
        this.server = server;
        this.nocto = nocto;
    }

    /** The host loses power: unsent data is gone, and also the rest of a write that was being sent. */
    void crash() {
        files.forEach((inode, cached) -> {
            for (long page : cached.dirty) {
                int sent = simulator.random().nextInt(SimNfsServer.PAGE / 512 + 1) * 512;
                if (!inode.removed && sent > 0 && simulator.chance(0.5)) {
                    server.write(inode, page, cached.pages.get(page), sent, page * SimNfsServer.PAGE + sent);
                }
            }
        });
        files.clear();
        nameCache.clear();
        listings.clear();
    }

    /** Sends again the data that the restarted server may have lost. */
    void serverRestarted() {
        files.forEach((inode, cached) -> {
            if (!inode.removed) {
                cached.dirty.addAll(cached.unstable);
                cached.unstable.clear();
            }
        });
    }

    @Override
    public NfsDirectory at(Path path) {
        return new Directory(path.toString());
    }

    private long now() {
        return simulator.now();
    }

    private Cached cached(Inode inode) {
        return files.computeIfAbsent(inode, any -> new Cached());
    }

    /** GETATTR: forgets data that another client changed. */
    private void revalidate(Inode inode) throws IOException {
        if (inode.removed) {
            throw new IOException("Stale file handle");
        }
        Cached cached = cached(inode);
        if (cached.change != inode.change) {
            cached.pages.keySet().removeIf(page -> !cached.dirty.contains(page) && !cached.unstable.contains(page));
            cached.change = inode.change;
        }
        cached.size = cached.dirty.isEmpty() ? inode.size : Math.max(inode.size, cached.size);
        cached.attributesUntil = now() + CACHED_NANOS;
    }

    private void send(Inode inode, long page) {
        Cached cached = cached(inode);
        boolean nobodyElse = cached.change == inode.change;
        long end = Math.min(cached.size, (page + 1) * SimNfsServer.PAGE);
        server.write(inode, page, cached.pages.get(page), SimNfsServer.PAGE, end);
        cached.dirty.remove(page);
        cached.unstable.add(page);
        if (nobodyElse) {
            cached.change = inode.change;
        }
    }

    private final class Directory implements NfsDirectory {

        private final String root;

        Directory(String root) {
            this.root = root;
        }

        private String path(String name) {
            return name.isEmpty() ? root : root + "/" + name;
        }

        @Override
        public Mount mount() {
            return new Mount("/", "nfs4", nocto ? Set.of("rw", "nocto") : Set.of("rw"));
        }

        @Override
        public boolean isDirectory(String name) {
            return server.directories.contains(path(name));
        }

        @Override
        public void makeDirectory(String name) {
            server.directories.add(path(name));
        }

        @Override
        public List<String> list(String name) {
            Listing known = listings.get(path(name));
            if (known == null || known.until() < now()) {
                String prefix = path(name) + "/";
                List<String> entries = Stream.concat(server.names.keySet().stream(), server.directories.stream())
                        .filter(found -> found.startsWith(prefix))
                        .map(found -> found.substring(prefix.length()))
                        .filter(found -> !found.contains("/"))
                        .toList();
                known = new Listing(entries, now() + CACHED_NANOS);
                listings.put(path(name), known);
            }
            return known.entries();
        }

        @Override
        public NfsFile createNew(String name) throws IOException {
            String path = path(name);
            Name known = nameCache.get(path);
            boolean knownThere = known != null && known.inode() != null && known.until() >= now();
            if (knownThere || server.lookup(path) != null) {
                if (!knownThere) {
                    nameCache.remove(path);
                }
                throw new FileAlreadyExistsException(path);
            }
            Inode inode = server.create(path);
            remember(path, inode);
            listings.clear();
            revalidate(inode);
            return new File(inode);
        }

        @Override
        public void publish(String name, byte[] content, long token) throws IOException {
            try (NfsFile file = createNew(name)) {
                file.write(ByteBuffer.wrap(content), 0);
                file.force();
            }
        }

        @Override
        public NfsFile open(String name) throws IOException {
            String path = path(name);
            Inode inode = resolve(path);
            try {
                return opened(inode);
            } catch (IOException stale) {
                nameCache.remove(path); // the name may stand for another file
                return opened(resolve(path));
            }
        }

        private NfsFile opened(Inode inode) throws IOException {
            if (!nocto || cached(inode).attributesUntil < now()) {
                revalidate(inode);
            }
            return new File(inode);
        }

        private Inode resolve(String path) throws IOException {
            Name known = nameCache.get(path);
            if (known == null || known.until() < now()) {
                known = remember(path, server.lookup(path));
            }
            if (known.inode() == null) {
                throw new NoSuchFileException(path);
            }
            return known.inode();
        }

        private Name remember(String path, @Nullable Inode inode) {
            Name name = new Name(inode, now() + CACHED_NANOS);
            nameCache.put(path, name);
            return name;
        }

        @Override
        public NfsFile openForWriting(String name) throws IOException {
            return open(name);
        }

        @Override
        public void extend(String name) throws IOException {
            String path = path(name);
            Inode inode = server.lookup(path);
            if (inode == null) {
                inode = server.create(path);
                listings.clear();
            }
            inode.size++;
            server.touch(inode);
            remember(path, inode);
            revalidate(inode);
        }

        @Override
        public void delete(String name) {
            server.remove(path(name));
            nameCache.remove(path(name));
            listings.clear();
        }
    }

    private final class File implements NfsFile {

        private final Inode inode;

        File(Inode inode) {
            this.inode = inode;
        }

        private void requirePresent() throws IOException {
            if (server.isStale(inode)) {
                throw new IOException("Stale file handle");
            }
        }

        @Override
        public long size() throws IOException {
            requirePresent();
            if (cached(inode).attributesUntil < now() && !inode.removed) {
                revalidate(inode);
            }
            return cached(inode).size;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            requirePresent();
            Cached cached = cached(inode);
            int count = (int) Math.max(0, Math.min(target.remaining(), size() - position));
            for (int done = 0; done < count; ) {
                long page = (position + done) / SimNfsServer.PAGE;
                int at = (int) ((position + done) % SimNfsServer.PAGE);
                byte[] content = cached.pages.computeIfAbsent(
                        page,
                        absent -> inode.pages
                                .getOrDefault(absent, new byte[SimNfsServer.PAGE])
                                .clone());
                int length = Math.min(count - done, SimNfsServer.PAGE - at);
                target.put(content, at, length);
                done += length;
            }
            return count;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            requirePresent();
            Cached cached = cached(inode);
            long at = position;
            while (source.hasRemaining()) {
                long page = at / SimNfsServer.PAGE;
                int offset = (int) (at % SimNfsServer.PAGE);
                int length = Math.min(source.remaining(), SimNfsServer.PAGE - offset);
                byte[] content = cached.pages.computeIfAbsent(
                        page,
                        absent -> inode.pages
                                .getOrDefault(absent, new byte[SimNfsServer.PAGE])
                                .clone());
                source.get(content, offset, length);
                cached.dirty.add(page);
                at += length;
            }
            cached.size = Math.max(cached.size, at);
            List<Long> dirty = new ArrayList<>(cached.dirty);
            Collections.sort(dirty);
            for (long page : dirty) {
                if (simulator.chance(WRITTEN_BACK)) {
                    send(inode, page);
                }
            }
        }

        @Override
        public void force() throws IOException {
            requirePresent();
            Cached cached = cached(inode);
            if (failNextSync) {
                failNextSync = false;
                cached.pages.keySet().removeAll(cached.dirty);
                cached.dirty.clear();
                throw new IOException("Input/output error");
            }
            for (long page : List.copyOf(cached.dirty)) {
                send(inode, page);
            }
            if (!cached.unstable.isEmpty()) { // the client requests a commit only of sent data
                server.commit(inode);
                cached.unstable.clear();
            }
        }

        /** Sends dirty data, as closing does on NFS. */
        @Override
        public void close() {
            if (!server.isStale(inode)) {
                for (long page : List.copyOf(cached(inode).dirty)) {
                    send(inode, page);
                }
            }
        }
    }
}
