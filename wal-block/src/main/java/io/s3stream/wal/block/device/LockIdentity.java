package io.s3stream.wal.block.device;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was locked, and on which machine. Holding the lock proves that the writer of an older generation is dead only if
 * that writer held the very same lock: on the same running kernel the same inode, or on this machine before it was
 * rebooted. Two containers with a device node of their own, a copied file, or a volume that was moved to another host
 * are none of these.
 *
 * @param hostId which machine; stable across reboots
 * @param bootId which run of its kernel
 * @param device of the locked file: the file system's number, and the device's own if it is one
 * @param inode of the locked file
 * @param hostName for people
 * @param pid for people
 */
public record LockIdentity(String hostId, String bootId, String device, String inode, String hostName, long pid) {

    private static final String HOST = "lock.host";
    private static final String BOOT = "lock.boot";
    private static final String DEVICE = "lock.device";
    private static final String INODE = "lock.inode";

    /** As kept in a generation's descriptor. */
    public Map<String, String> toProperties() {
        return Map.of(HOST, hostId, BOOT, bootId, DEVICE, device, INODE, inode);
    }

    /**
     * Why holding this lock says nothing about the writer that recorded {@code properties}.
     *
     * @param fixedSize whether it is a device: its node is made anew by each boot
     * @return null when it does prove that writer's death
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
