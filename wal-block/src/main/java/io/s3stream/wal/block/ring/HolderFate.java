package io.s3stream.wal.block.ring;

/** What is known of the process that attached an exclusive medium last, once its lock is free. */
public enum HolderFate {

    /** Nothing of it is under way: it never wrote, said that it has ended, is gone, or is this very process. */
    QUIET,

    /** It runs on this machine and may write; only its lock is lost. */
    RUNNING,

    /**
     * It cannot be seen, because it ran in another container or before a reboot, and its lock was the one that is held now.
     * If it still runs after all, it stops at the fence cell.
     */
    UNSEEN,

    /** It cannot be seen, and the lock proves nothing: another host, another device or inode, or a damaged note. */
    UNPROVEN
}
