package io.s3stream.wal.block.device;

/**
 * The processes of this machine. A synchronous write ends before its process is gone. So the end of a process proves
 * the end of its writer's I/O. Thread-safe.
 */
public interface ProcessTable {

    /** A table that knows nothing about any process. */
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

    /** Returns a name of this process that no other process ever has; empty if that is not possible. */
    String self();

    /** Returns whether the process of this name has certainly ended; false if that is unknown. */
    boolean isGone(String process);

    /** Returns whether the process of this name is certainly still running; false if that is unknown. */
    default boolean isRunning(String process) {
        return false;
    }
}
