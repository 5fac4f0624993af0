package io.s3stream.wal.block.device;

/**
 * Which processes are running on this machine. A synchronous write ends before the process that issued it is gone, so
 * that is proof that a writer's I/O has ended. Thread-safe.
 */
public interface ProcessTable {

    /** Nothing can be said about any process. */
    ProcessTable UNKNOWN = new ProcessTable() {
        @Override
        public String self() {
            return "";
        }

        @Override
        public boolean isGone(String process) {
            return false;
        }
    };

    /** Names this process for all time; empty if that is not possible. */
    String self();

    /** Whether the process of this name has certainly ended; false when it cannot be known from here. */
    boolean isGone(String process);

    /** Whether the process of this name is certainly still running; false when it cannot be known from here. */
    default boolean isRunning(String process) {
        return false;
    }
}
