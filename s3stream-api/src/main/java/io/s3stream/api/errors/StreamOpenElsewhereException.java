package io.s3stream.api.errors;

/**
 * A node has the stream open as owner. That node must close the stream, or another node must {@linkplain
 * io.s3stream.api.StreamStore#takeOver take it over}.
 */
public final class StreamOpenElsewhereException extends ConflictException {

    private final long streamId;
    private final int nodeId;
    private final long nodeEpoch;

    public StreamOpenElsewhereException(long streamId, int nodeId, long nodeEpoch) {
        super("stream=" + streamId + ": open at node " + nodeId + " (node epoch " + nodeEpoch
                + "); close it there, or take over the node");
        this.streamId = streamId;
        this.nodeId = nodeId;
        this.nodeEpoch = nodeEpoch;
    }

    public long streamId() {
        return streamId;
    }

    /** The node that has the stream open. */
    public int nodeId() {
        return nodeId;
    }

    /** The epoch under which that node opened the stream. A node that opened again since then has a greater epoch. */
    public long nodeEpoch() {
        return nodeEpoch;
    }
}
