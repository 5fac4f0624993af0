package io.s3stream.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.StorageException;
import io.s3stream.storage.s3.options.S3Location;
import io.s3stream.storage.s3.transfer.Received;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** An open does not wait for a silent store until the client has made all its retries. */
class SilentStoreTest {

    private static final S3Location LOCATION =
            S3Location.parse(URI.create("s3://bucket/p?endpoint=https://store.example&pathStyle=true"));

    private final List<Duration> delays = new ArrayList<>();
    private final Silent client = new Silent();
    private final AtomicLong clock = new AtomicLong();

    /** Never answers by itself. */
    private static final class Silent implements S3AsyncClient {

        final CompletableFuture<Object> answer = new CompletableFuture<>();

        @Override
        @SuppressWarnings("unchecked")
        public <T> CompletableFuture<T> getObject(
                GetObjectRequest request, AsyncResponseTransformer<GetObjectResponse, T> receiver) {
            return (CompletableFuture<T>) answer;
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }

    @Test
    void openFailsAfterAMinuteOfSilenceAndSaysSo() {
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessage(
                        "GetObject object=meta/probe-v1 in bucket=bucket prefix=p/ got no answer from"
                                + " endpoint=https://store.example for 60 s; check the endpoint, the region, and the network to it");

        assertThat(delays).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(60));
    }

    @Test
    void contentThatArrivesTooLateIsReleased() {
        assertThatThrownBy(this::open).isInstanceOf(StorageException.class);
        ByteBuf late = UnpooledByteBufAllocator.DEFAULT.directBuffer(1).writeByte(1);

        client.answer.complete(new Received(late, false, null, "e1"));

        assertThat(late.refCnt()).isZero();
    }

    /** Tasks run when they are scheduled. The first delay does not move the clock, because the wait runs next to it. */
    private void open() {
        AwsBucket bucket = AwsBucket.of(client, LOCATION, (delay, task) -> {
            delays.add(delay);
            assertThat(delays).as("the open ends").hasSizeLessThan(10);
            if (delays.size() > 1) {
                clock.addAndGet(delay.toNanos());
            }
            task.run();
        });
        var reads = new AwsReads(bucket, UnpooledByteBufAllocator.DEFAULT);
        new PatientProbe(bucket, reads, () -> "nonce", clock::get).run(true);
    }
}
