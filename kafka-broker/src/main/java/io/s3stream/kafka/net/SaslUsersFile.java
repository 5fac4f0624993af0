package io.s3stream.kafka.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users of a file, which is read again when it changes. It owns a thread that looks at the file. A change counts when
 * two looks have found the same file, because an editor may still write it. A file that is wrong changes nothing.
 *
 * <p>A new user can connect, and a removed one cannot. Connections that exist stay. The first user cannot change, because
 * other brokers authenticate as this user.
 */
public final class SaslUsersFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SaslUsersFile.class);

    private final Path file;
    private final SaslUsers users;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "kafka-users");
        thread.setDaemon(true);
        return thread;
    });

    /** The version of the file that the users are from. Confined to the thread, after the constructor. */
    private Version read;

    /** The version that the last look found. Confined to the thread, after the constructor. */
    private Version seen;

    /** Differs between two contents of the file, unless they are written in one tick of the file system's clock. */
    private record Version(FileTime time, long size, Object file) {
        static Version of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Version(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        }
    }

    /**
     * Reads the file.
     *
     * @throws IOException as {@link SaslUsers#read}
     */
    public SaslUsersFile(Path file) throws IOException {
        this.file = file;
        read = Version.of(file); // before the contents: a change in between is seen later
        seen = read;
        users = SaslUsers.read(file);
    }

    /** The users, which follow the file. */
    public SaslUsers users() {
        return users;
    }

    /** Begins to look at the file. */
    public SaslUsersFile start(Duration interval) {
        long nanos = interval.toNanos();
        watch.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
        return this;
    }

    /** Looks at the file once. */
    void look() {
        try {
            Version present = Version.of(file);
            boolean isStable = present.equals(seen);
            seen = present;
            if (isStable && !present.equals(read)) {
                read = present;
                users.replace(SaslUsers.read(file));
                LOG.info("event=users-read file={} users={}", file, users.count());
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("event=users-not-read file={} reason={}; the users stay as they were", file, e.getMessage());
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
