package io.s3stream.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.tools.VerifyOptions;
import io.s3stream.api.tools.VerifyReport;
import io.s3stream.spi.storage.ByteRange;
import io.s3stream.spi.storage.ObjectContent;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The verification reports no change in progress, and no damage of a single read, as a fault. */
class VerifyInUseTest extends FilledStore {

    /**
     * R20: an object that a trim retired during the check is not lost. An object that a newer state still names is
     * lost.
     */
    @Test
    void objectDeletedDuringVerificationIsNotLost() {
        DescribedStream stream = fill().get(0);
        String key = stream.ranges().get(0).object();
        try (StreamStore store = Stores.open(builder(storage))) {
            AtomicBoolean done = new AtomicBoolean();
            ObjectStorage racing = new ForwardingObjectStorage(storage) {
                @Override
                public CompletableFuture<Optional<ObjectContent>> get(String wanted, ByteRange range) {
                    if (wanted.equals(key) && done.compareAndSet(false, true)) {
                        for (int i = 0; i < STREAMS; i++) {
                            Stream open = Stores.own(store, "s" + i);
                            Stores.get(open.trim(open.confirmOffset()));
                        }
                        Stores.get(storage.delete(List.of(key)));
                    }
                    return super.get(wanted, range);
                }
            };

            VerifyReport report = verify(racing, VerifyOptions.everything());

            assertThat(done).isTrue();
            assertThat(report.findings().list()).isEmpty();
        }
    }

    @Test
    void damageThatDiffersBetweenReadsIsNotReported_R44() {
        fill();
        String key = keys().get(0);
        for (int damagedRead = 0; damagedRead < 2; damagedRead++) {
            int which = damagedRead;
            int[] reads = {0};
            ObjectStorage flaky = new ForwardingObjectStorage(storage) {
                @Override
                public CompletableFuture<Optional<ObjectContent>> get(String wanted, ByteRange range) {
                    return super.get(wanted, range).thenApply(content -> {
                        if (wanted.equals(key) && reads[0]++ >= which && reads[0] <= which + 3) {
                            int readable = content.orElseThrow().data().readableBytes();
                            int at = which == 0 ? readable - 60 : readable / 2; // in the index, in a block
                            content.get()
                                    .data()
                                    .setByte(at, content.get().data().getByte(at) ^ reads[0]);
                        }
                        return content;
                    });
                }
            };
            assertThat(verify(flaky, VerifyOptions.everything()).findings().list())
                    .isEmpty();
            assertThat(reads[0]).isEqualTo(5);
        }
    }

    @Test
    void storeInUseIsAlwaysClean() {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean stop = new AtomicBoolean();
        try (StreamStore store = Stores.open(builder(storage))) {
            Thread writer = new Thread(() -> {
                try {
                    List<Stream> streams = new ArrayList<>();
                    for (int i = 0; i < STREAMS; i++) {
                        streams.add(Stores.own(store, "busy" + i));
                    }
                    while (!stop.get()) {
                        for (int i = 0; i < STREAMS; i++) {
                            Stream stream = streams.get(i);
                            Stores.get(stream.append(Payloads.batch(i, stream.nextOffset(), LARGEST))
                                    .durable());
                            if ((stream.nextOffset() & 31) == 0) {
                                Stores.get(stream.trim(stream.nextOffset() - 40));
                            }
                        }
                    }
                } catch (RuntimeException | Error e) {
                    failure.set(e);
                }
            });
            writer.start();
            long sequence = 0;
            for (int i = 0; i < 15 && failure.get() == null; i++) {
                VerifyReport report = verify(storage, VerifyOptions.everything());
                assertThat(report.findings().isClean())
                        .as("%s", report.findings().list())
                        .isTrue();
                sequence = report.sequence();
            }
            stop.set(true);
            join(writer);
            assertThat(failure.get()).isNull();
            assertThat(sequence).isGreaterThan(STREAMS);
        }
        VerifyReport last = verify(VerifyOptions.everything());
        assertThat(last.findings().isClean()).isTrue();
        assertThat(last.objects()).isPositive();
    }

    private static void join(Thread thread) {
        try {
            thread.join(40_000);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(thread.isAlive()).isFalse();
    }
}
