package io.s3stream.storage.s3;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.testkit.proxy.FaultProxy;
import io.s3stream.testkit.proxy.ScriptedFaults;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** An S3 server behind a proxy that makes single answers odd. */
abstract class OddAnswers {

    static S3Mock server;

    ScriptedFaults faults;
    FaultProxy proxy;
    AwsObjectStorage storage;

    @BeforeAll
    static void startServer() {
        server = S3Mock.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        faults = new ScriptedFaults();
        proxy = new FaultProxy(server.endpoint(), faults);
        storage = S3Mock.open(uri(), UnpooledByteBufAllocator.DEFAULT);
    }

    @AfterEach
    void close() throws IOException {
        storage.close();
        proxy.close();
    }

    URI uri() {
        return URI.create("s3://" + S3Mock.BUCKET + "/" + UUID.randomUUID() + "?endpoint=" + proxy.endpoint()
                + "&pathStyle=true&unsafeSkipProbe=true");
    }

    String read(String key, ByteRange range) {
        try (ObjectContent content = await(storage.get(key, range)).orElseThrow()) {
            return new String(ByteBufUtil.getBytes(content.data()), StandardCharsets.UTF_8) + " at " + content.from()
                    + " of " + content.objectSize();
        }
    }

    static ObjectBody body(String text) {
        return ObjectBody.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.orTimeout(60, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
