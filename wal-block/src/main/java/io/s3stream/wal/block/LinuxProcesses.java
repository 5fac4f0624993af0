package io.s3stream.wal.block;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes as {@code /proc} shows them. A process is named by boot, pid namespace, user, pid and start time. Only one of
 * the same boot, namespace and user can be judged, because others may be hidden. Stateless.
 */
final class LinuxProcesses implements ProcessTable {

    private static final Logger log = LoggerFactory.getLogger(LinuxProcesses.class);

    private final Path proc;

    LinuxProcesses() {
        this(Path.of("/proc"));
    }

    /** @param proc for a test */
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
            // That this very process is seen shows that /proc is what it seems to be.
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

    /** What is the same for all processes that can be judged from here. */
    private String view() throws IOException {
        String boot =
                Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
        String namespace = Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString();
        return boot + "/" + namespace + "/" + Files.getAttribute(proc.resolve("self"), "unix:uid") + "/";
    }

    /** Field 22 of the process's {@code stat}, in ticks since boot. */
    private Optional<String> startTime(long pid) throws IOException {
        try {
            String stat = Files.readString(proc.resolve(pid + "/stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
