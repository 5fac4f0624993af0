package io.s3stream.wal.block.device;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The machine and the boot of this process, as Linux reports them. */
record HostIdentity(String hostId, String bootId, String hostName) {

    /** Without {@code /etc/machine-id} the host name is the host id. Without a boot id, all boots look equal. */
    static HostIdentity current() throws IOException {
        String name = firstLine(Path.of("/proc/sys/kernel/hostname"));
        if (name.isEmpty()) {
            name = InetAddress.getLocalHost().getHostName();
        }
        String machine = firstLine(Path.of("/etc/machine-id"));
        return new HostIdentity(
                machine.isEmpty() ? name : machine, firstLine(Path.of("/proc/sys/kernel/random/boot_id")), name);
    }

    private static String firstLine(Path file) throws IOException {
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
