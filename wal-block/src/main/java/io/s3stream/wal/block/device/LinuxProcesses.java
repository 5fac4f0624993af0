package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes that {@code /proc} shows. The name of a process contains boot, pid namespace, user, pid and start time.
 * This class judges only processes of the same boot, namespace and user, because others may be hidden. Stateless.
 */
final class LinuxProcesses implements ProcessTable {

    private static final Logger log = LoggerFactory.getLogger(LinuxProcesses.class);

    private final Path proc;

    LinuxProcesses() {
        this(Path.of("/proc"));
    }

    /** @param proc the directory of processes; replaceable by tests */
    LinuxProcesses(Path proc) {
        this.proc = proc;
    }

    @Override
    public String self() {
        try {
            long pid = ProcessHandle.current().pid();
            Optional<String> start = startTime(pid);
            return start.isEmpty() ? "" : view() + pid + "/" + start.get();
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("this process has no name: {}", e.toString());
            return "";
        }
    }

    @Override
    public boolean isGone(String process) {
        try {
            String view = view();
            // If /proc shows this process correctly, it can be trusted.
            if (!process.startsWith(view) || self().isEmpty()) {
                return false;
            }
            String[] pidAndStart = process.substring(view.length()).split("/");
            Optional<String> now = startTime(Long.parseLong(pidAndStart[0]));
            return now.isEmpty() || !now.get().equals(pidAndStart[1]);
        } catch (IOException | RuntimeException e) {
            log.debug("nothing can be said about {}: {}", process, e.toString());
            return false;
        }
    }

    /** Also detects processes of other users, unless they are hidden. */
    @Override
    public boolean isRunning(String process) {
        try {
            String[] parts = process.split("/");
            return parts.length == 5
                    && parts[0].equals(boot())
                    && parts[1].equals(namespace())
                    && startTime(Long.parseLong(parts[3])).equals(Optional.of(parts[4]));
        } catch (IOException | RuntimeException e) {
            log.debug("nothing can be said about {}: {}", process, e.toString());
            return false;
        }
    }

    /** Returns the part of a name that is equal for all processes that this class can judge. */
    private String view() throws IOException {
        return boot() + "/" + namespace() + "/" + Files.getAttribute(proc.resolve("self"), "unix:uid") + "/";
    }

    private String boot() throws IOException {
        return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
    }

    private String namespace() throws IOException {
        return Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString();
    }

    /**
     * Returns field 22 of the process's {@code stat}, in ticks since boot. A zombie counts as gone: its last thread
     * closed the files before the process became one.
     */
    private Optional<String> startTime(long pid) throws IOException {
        try {
            String stat = Files.readString(proc.resolve(pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            boolean isZombie = "ZX".contains(fields[0]) && Integer.parseInt(fields[17]) <= 1;
            return isZombie ? Optional.empty() : Optional.of(fields[19]);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
