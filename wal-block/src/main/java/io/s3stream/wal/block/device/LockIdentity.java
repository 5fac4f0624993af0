package io.s3stream.wal.block.device;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a lock: the locked file and the machine. Holding the lock proves that the writer of an older
 * generation is dead only if that writer held the same lock. That is the same inode on the same running kernel, or a
 * lock on this machine before a reboot. It is not the same lock if two containers have their own device nodes, if the
 * file was copied, or if the volume moved to another host.
 *
 * @param hostId the machine; stable across reboots
 * @param bootId the run of its kernel
 * @param device the file system's number of the locked file, and the device's own number if it is a device
 * @param inode the inode of the locked file
 * @param hostName for messages
 * @param pid for messages
 */
public record LockIdentity(String hostId, String bootId, String device, String inode, String hostName, long pid) {

    private static final String HOST = "lock.host";
    private static final String BOOT = "lock.boot";
    private static final String DEVICE = "lock.device";
    private static final String INODE = "lock.inode";

    /** Returns the properties of a generation's descriptor that identify the lock. */
    public Map<String, String> toProperties() {
        return Map.of(HOST, hostId, BOOT, bootId, DEVICE, device, INODE, inode);
    }

    /**
     * Returns the reason why holding this lock proves nothing about the writer that recorded {@code properties}.
     *
     * @param fixedSize whether the medium is a device, whose node each boot creates again
     * @return null if the lock proves that writer's death
     */
    @Nullable
    public String whyNotProof(Map<String, String> properties, boolean fixedSize) {
        String thatBoot = properties.get(BOOT);
        if (bootId.equals(thatBoot)) {
            return differs(DEVICE, device, properties)
                    ? "it was locked as another device"
                    : differs(INODE, inode, properties) ? "it was locked as another inode" : null;
        }
        if (differs(HOST, hostId, properties)) {
            return "it was locked on another host (" + properties.get(HOST) + ", this is " + hostId + ")";
        }
        return !fixedSize && differs(INODE, inode, properties) ? "it was locked as another inode" : null;
    }

    private static boolean differs(String key, String now, Map<String, String> properties) {
        return !now.equals(properties.get(key));
    }
}
