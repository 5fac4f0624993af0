package io.s3stream.wal.nfs.directory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of this machine's file systems. Stateless. */
public final class MountedDirectory implements NfsDirectory {

    private static final Logger log = LoggerFactory.getLogger(MountedDirectory.class);

    private final Path root;

    public MountedDirectory(Path root) {
        this.root = root;
    }

    @Override
    public Mount mount() throws IOException {
        return MountTable.current().of(root.toRealPath());
    }

    @Override
    public boolean isDirectory(String name) {
        return Files.isDirectory(path(name));
    }

    @Override
    public void makeDirectory(String name) throws IOException {
        Path path = path(name);
        try {
            Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(path)) {
                throw e;
            }
        }
        syncDirectory(path);
        syncParent(path);
    }

    @Override
    public List<String> list(String name) throws IOException {
        try (Stream<Path> entries = Files.list(path(name))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public NfsFile createNew(String name) throws IOException {
        Path path = path(name);
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try {
            syncParent(path);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new MountedFile(channel);
    }

    /** Publishes with a hard link to a complete temporary file, if the file system has hard links. */
    @Override
    public void publish(String name, byte[] content, long token) throws IOException {
        String temporary = name + "." + Long.toHexString(token) + ".tmp";
        NfsDirectory.super.publish(temporary, content, token);
        try {
            Files.createLink(path(name), path(temporary));
            syncParent(path(name));
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("{}: no hard link: {}", path(name), e.toString());
            NfsDirectory.super.publish(name, content, token);
        } finally {
            delete(temporary);
        }
    }

    @Override
    public NfsFile open(String name) throws IOException {
        return new MountedFile(FileChannel.open(path(name), StandardOpenOption.READ));
    }

    @Override
    public NfsFile openForWriting(String name) throws IOException {
        return new MountedFile(FileChannel.open(path(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void extend(String name) throws IOException {
        Path path = path(name);
        // RandomAccessFile can extend a file without writing data; FileChannel cannot.
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(file.length() + 1);
            file.getFD().sync();
        }
        syncParent(path);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(path(name));
    }

    private Path path(String name) {
        return root.resolve(name);
    }

    private static void syncParent(Path path) throws IOException {
        syncDirectory(Objects.requireNonNull(path.getParent()));
    }

    /**
     * Makes entries of a directory durable. An NFS server has done so with its response; a local file system may not.
     */
    private static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
