package io.s3stream.wal.block.ring;

/** The state of the process that attached an exclusive medium last, as far as it is known when the lock is free. */
public enum HolderFate {

    /** The process has no write in flight: it never wrote, noted its end, is gone, or is this process. */
    QUIET,

    /** The process runs on this machine and may write; only its lock is lost. */
    RUNNING,

    /**
     * The process is not visible, because it ran in another container or before a reboot. Its lock was the lock that
     * this process holds now. If the process still runs, it stops at the fence cell.
     */
    UNSEEN,

    /** The process is not visible, and the lock proves nothing: another host, device or inode, or a damaged note. */
    UNPROVEN
}
