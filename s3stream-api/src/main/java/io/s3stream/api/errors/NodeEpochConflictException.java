package io.s3stream.api.errors;

/**
 * A call was conditional on the epoch of a node, and the node has another one. The call changed nothing. Another process
 * has become the node, or has taken it over, since the caller learned the epoch.
 */
public final class NodeEpochConflictException extends ConflictException {

    private final int nodeId;
    private final long expected;
    private final long current;

    public NodeEpochConflictException(int nodeId, long expected, long current) {
        super("node=" + nodeId + ": expected epoch " + expected
                + (current == 0 ? ", the node was removed" : ", its epoch is " + current));
        this.nodeId = nodeId;
        this.expected = expected;
        this.current = current;
    }

    public int nodeId() {
        return nodeId;
    }

    /** The epoch that the caller gave. */
    public long expected() {
        return expected;
    }

    /** The epoch of the node; 0 if the node was removed. */
    public long current() {
        return current;
    }
}
