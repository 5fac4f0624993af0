package io.openmessaging.benchmark.driver;

import java.nio.ByteBuffer;

/** Stands for the interface of the OpenMessaging Benchmark. */
public interface ConsumerCallback {

    void messageReceived(byte[] payload, long publishTimestamp);

    void messageReceived(ByteBuffer payload, long publishTimestamp);
}
