package io.s3stream.simulation.cluster;

import io.s3stream.simulation.cluster.SimNfsServer.Inode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.wal.nfs.directory.DirectorySource;
import io.s3stream.wal.nfs.directory.Mount;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The NFS client of one process's host. Written pages stay here until they are synced, or go to the server earlier,
 * each at its own time. The size of a file is the one at its opening. The scenario of the WAL itself covers caches of
 * names and data. Owner of the pages that the server does not have.
 */
final class SimNfsClient implements DirectorySource {

    private static final int PAGE = 4096;
    private static final double WRITTEN_BACK = 0.2;

    private final Simulator simulator;
    private final SimNfsServer server;
    private final IdentityHashMap<Inode, TreeMap<Integer, byte[]>> dirty = new IdentityHashMap<>();
    private double failures;

    SimNfsClient(Simulator simulator, SimNfsServer server, double failures) {
        this.simulator = simulator;
        this.server = server;
        this.failures = failures;
    }

    void fail(double probability) {
        failures = probability;
    }

    /** The host is gone: each page that it had not sent is lost, or was just being sent. */
    void crash() {
        List<Inode> inOrder =
                server.files().values().stream().filter(dirty::containsKey).toList();
        for (Inode inode : inOrder) {
            dirty.getOrDefault(inode, new TreeMap<>()).forEach((page, bytes) -> {
                int sent = simulator.random().nextInt(PAGE / 512 + 1) * 512;
                if (sent > 0 && simulator.chance(0.5)) {
                    inode.write(page * PAGE, bytes, sent);
                }
            });
        }
        dirty.clear();
    }

    @Override
    public NfsDirectory at(Path path) {
        return new Directory(path.toString());
    }

    private void mayFail(String what) throws IOException {
        if (simulator.chance(failures)) {
            simulator.count("fault: nfs " + what + " fails");
            throw new IOException("simulated: " + what + ": Input/output error");
        }
    }

    private void send(Inode inode) {
        TreeMap<Integer, byte[]> pages = dirty.remove(inode);
        if (pages != null) {
            pages.forEach((page, bytes) -> inode.write(page * PAGE, bytes, PAGE));
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
            return new Mount("/", "nfs4", Set.of("rw"));
        }

        @Override
        public boolean isDirectory(String name) {
            return server.directories().contains(path(name));
        }

        @Override
        public void makeDirectory(String name) {
            server.directories().add(path(name));
        }

        @Override
        public List<String> list(String name) {
            String prefix = path(name) + "/";
            return Stream.concat(server.files().keySet().stream(), server.directories().stream())
                    .filter(found -> found.startsWith(prefix))
                    .map(found -> found.substring(prefix.length()))
                    .filter(found -> !found.contains("/"))
                    .toList();
        }

        @Override
        public NfsFile createNew(String name) throws IOException {
            if (server.find(path(name)) != null) {
                throw new FileAlreadyExistsException(path(name));
            }
            return new File(server.create(path(name)));
        }

        @Override
        public void publish(String name, byte[] content, long token) throws IOException {
            mayFail("link");
            if (server.find(path(name)) != null) {
                throw new FileAlreadyExistsException(path(name));
            }
            server.create(path(name)).write(0, content, content.length);
            mayFail("answer");
        }

        @Override
        public NfsFile open(String name) throws IOException {
            mayFail("open");
            Inode inode = server.find(path(name));
            if (inode == null) {
                throw new NoSuchFileException(path(name));
            }
            return new File(inode);
        }

        @Override
        public NfsFile openForWriting(String name) throws IOException {
            return open(name);
        }

        @Override
        public void extend(String name) throws IOException {
            Inode inode = server.find(path(name));
            if (inode == null) {
                inode = server.create(path(name));
            }
            inode.resize(inode.size() + 1);
            mayFail("answer");
        }

        @Override
        public void delete(String name) {
            server.files().remove(path(name));
        }
    }

    private final class File implements NfsFile {

        private final Inode inode;
        private int size;

        File(Inode inode) {
            this.inode = inode;
            TreeMap<Integer, byte[]> pages = dirty.get(inode);
            this.size = Math.max(inode.size(), pages == null ? 0 : (pages.lastKey() + 1) * PAGE);
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            mayFail("read");
            int count = (int) Math.max(0, Math.min(target.remaining(), size - position));
            byte[] bytes = inode.read((int) position, count);
            TreeMap<Integer, byte[]> pages = dirty.get(inode);
            if (pages != null) {
                pages.forEach((page, own) -> {
                    int from = Math.max(page * PAGE, (int) position);
                    int to = Math.min((page + 1) * PAGE, (int) position + count);
                    if (from < to) {
                        System.arraycopy(own, from - page * PAGE, bytes, from - (int) position, to - from);
                    }
                });
            }
            target.put(bytes);
            return count;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            mayFail("write");
            TreeMap<Integer, byte[]> pages = dirty.computeIfAbsent(inode, clean -> new TreeMap<>());
            int at = (int) position;
            while (source.hasRemaining()) {
                int page = at / PAGE;
                int length = Math.min(source.remaining(), PAGE - at % PAGE);
                byte[] content = pages.computeIfAbsent(page, absent -> inode.read(absent * PAGE, PAGE));
                source.get(content, at % PAGE, length);
                at += length;
            }
            size = Math.max(size, at);
            for (int page : List.copyOf(pages.keySet())) {
                if (simulator.chance(WRITTEN_BACK)) {
                    inode.write(page * PAGE, Objects.requireNonNull(pages.remove(page)), PAGE);
                }
            }
            if (pages.isEmpty()) {
                dirty.remove(inode);
            }
        }

        /** A failing sync drops the pages that it should have written from the cache. */
        @Override
        public void force() throws IOException {
            if (simulator.chance(failures)) {
                simulator.count("fault: nfs sync fails");
                if (simulator.chance(0.5)) {
                    send(inode);
                }
                dirty.remove(inode);
                throw new IOException("simulated: sync: Input/output error");
            }
            send(inode);
        }

        @Override
        public void close() {
            send(inode);
        }
    }
}
