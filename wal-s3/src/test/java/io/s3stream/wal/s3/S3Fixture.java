package io.s3stream.wal.s3;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.ObjectSummary;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.wal.WalFencing;
import io.s3stream.testkit.wal.WalFixture;
import io.s3stream.testkit.wal.WalFrames;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.wal.s3.fence.WalKeys;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** A WAL in the store's own object storage. */
final class S3Fixture implements WalFixture {

    private final UnpooledByteBufAllocator ledger = new UnpooledByteBufAllocator(true, true);
    private final ObjectStorage storage;
    private final int node;
    private final Duration timeout;
    private final List<FaultyStorage> processes = new ArrayList<>();

    /** @param timeout long enough for that storage, short enough to await in a test */
    S3Fixture(Function<UnpooledByteBufAllocator, ObjectStorage> opener, int node, Duration timeout) {
        this.storage = opener.apply(ledger);
        this.node = node;
        this.timeout = timeout;
    }

    @Override
    public WalFencing fencing() {
        return WalFencing.SHARED;
    }

    @Override
    public WalProvider provider() {
        processes.add(new FaultyStorage(storage));
        return new S3WalProvider();
    }

    @Override
    public ObjectStorage storage() {
        return processes.get(processes.size() - 1);
    }

    @Override
    public URI freshUri() {
        return URI.create("store:/?capacity=1MiB&timeout=" + timeout.toMillis() + "ms");
    }

    @Override
    public void failWrites(boolean fail) {
        processes.forEach(process -> process.failing.set(fail));
    }

    @Override
    public void loseResponses(boolean lose) {
        processes.forEach(process -> process.losing.set(lose));
    }

    @Override
    public void holdWrites(boolean hold) {
        processes.forEach(process -> process.hold(hold));
    }

    @Override
    public int heldWrites() {
        return processes.stream().mapToInt(FaultyStorage::held).sum();
    }

    /** Objects are written whole, so an object that is no frame is damage and never a torn tail. */
    @Override
    public void putGarbage(WalDescriptor descriptor, WalAnchor last, byte[] garbage) {
        WalFixture.skip("no object here is ever torn: S3WalContract requires more");
    }

    void putObject(WalDescriptor descriptor, long sequence, byte[] bytes) {
        put(keys(descriptor).of(sequence), bytes);
    }

    @Override
    public void damage(WalDescriptor descriptor, WalFrames.Written frame, int at) {
        String key = keys(descriptor).of(frame.sequence());
        if (list(keys(descriptor).prefix()).stream()
                .noneMatch(object -> WalKeys.sequence(object.key()) > frame.sequence())) {
            WalFixture.skip("no object here is ever torn, not even the last frame: S3WalContract requires more");
        }
        byte[] damaged = frame.bytes().clone();
        damaged[at] ^= 0x10;
        put(key, damaged);
    }

    private void put(String key, byte[] bytes) {
        WalSession.get(storage.put(key, ObjectBody.of(bytes), PutCondition.ALWAYS));
    }

    @Override
    public void takeAway(URI uri) {
        WalSession.get(storage.delete(
                list(WalKeys.ROOT).stream().map(ObjectSummary::key).toList()));
    }

    @Override
    public long framesKept(WalDescriptor descriptor) {
        return list(keys(descriptor).prefix()).stream()
                .filter(object -> WalKeys.sequence(object.key()) >= 0 && !WalKeys.looksLikeMarker(object))
                .count();
    }

    private WalKeys keys(WalDescriptor descriptor) {
        return new WalKeys(node, descriptor.walEpoch());
    }

    private List<ObjectSummary> list(String prefix) {
        List<ObjectSummary> all = new ArrayList<>();
        List<ObjectSummary> page = WalSession.get(storage.list(prefix, prefix, 1000));
        while (!page.isEmpty()) {
            all.addAll(page);
            page = WalSession.get(storage.list(prefix, all.get(all.size() - 1).key(), 1000));
        }
        return all;
    }

    @Override
    public void close() {
        storage.close();
        Awaitility.await("all read memory is returned")
                .pollDelay(Duration.ZERO)
                .until(() ->
                        ledger.metric().usedDirectMemory() + ledger.metric().usedHeapMemory() == 0);
    }
}
