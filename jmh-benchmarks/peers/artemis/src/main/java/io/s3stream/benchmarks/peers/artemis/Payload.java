package io.s3stream.benchmarks.peers.artemis;

import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.core.persistence.CoreMessageObjectPools;
import org.apache.activemq.artemis.core.persistence.Persister;
import org.jspecify.annotations.Nullable;

/** Encodes a payload as its bytes. */
final class Payload implements Persister<byte[]> {

    static final Payload PERSISTER = new Payload();

    private Payload() {}

    @Override
    public byte getID() {
        return 0;
    }

    @Override
    public int getEncodeSize(byte[] payload) {
        return payload.length;
    }

    @Override
    public void encode(ActiveMQBuffer buffer, byte[] payload) {
        buffer.writeBytes(payload);
    }

    @Override
    public byte[] decode(ActiveMQBuffer buffer, byte @Nullable [] payload, @Nullable CoreMessageObjectPools pools) {
        byte[] decoded = new byte[buffer.readableBytes()];
        buffer.readBytes(decoded);
        return decoded;
    }
}
