package io.s3stream.testkit.wal;

import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.wal.scenario.MarkerWal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;

/** The suite on the reference WAL. A newer opener fences it while the older one still runs. */
class MarkerContractTest extends WalContract {

    @Override
    protected WalFixture openFixture() {
        return new Fixture();
    }

    private static final class Fixture implements WalFixture {

        private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
        private final List<MapStorage> processes = new ArrayList<>();

        @Override
        public WalFencing fencing() {
            return WalFencing.SHARED;
        }

        @Override
        public WalProvider provider() {
            return new MarkerWal(MarkerWal.Rules.RIGHT);
        }

        @Override
        public URI freshUri() {
            return MarkerWal.PLACE;
        }

        @Override
        public ObjectStorage storage() {
            MapStorage storage = new MapStorage(objects);
            processes.add(storage);
            return storage;
        }

        @Override
        public void failWrites(boolean fail) {
            processes.forEach(storage -> storage.failing = fail);
        }

        @Override
        public void loseResponses(boolean lose) {
            processes.forEach(storage -> storage.losing = lose);
        }

        @Override
        public void holdWrites(boolean hold) {
            processes.forEach(storage -> storage.hold(hold));
        }

        @Override
        public int heldWrites() {
            return processes.stream().mapToInt(MapStorage::waiting).sum();
        }

        @Override
        public void putGarbage(WalDescriptor descriptor, WalAnchor last, byte[] garbage) {
            objects.put(MarkerMedium.key(descriptor.walEpoch(), last.sequence() + 1), garbage);
        }

        @Override
        public void damage(WalDescriptor descriptor, WalFrames.Written frame, int at) {
            byte[] damaged = frame.bytes().clone();
            damaged[at] ^= 0x10;
            objects.put(MarkerMedium.key(descriptor.walEpoch(), frame.sequence()), damaged);
        }

        @Override
        public void takeAway(URI uri) {
            objects.clear();
        }

        @Override
        public long framesKept(WalDescriptor descriptor) {
            return objects.tailMap(MarkerMedium.prefix(descriptor.walEpoch())).entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith(MarkerMedium.prefix(descriptor.walEpoch())))
                    .filter(entry -> !new MarkerWal.Found(entry.getValue()).isMarker())
                    .count();
        }
    }
}
