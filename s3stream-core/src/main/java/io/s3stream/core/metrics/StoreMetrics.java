package io.s3stream.core.metrics;

import io.s3stream.spi.metrics.MetricsRecorder;
import java.util.function.LongSupplier;

/** All metrics of one open store. Thread-safe. Closed with the store, after its last use. */
public final class StoreMetrics implements AutoCloseable {

    private final Instruments instruments;
    private final AppendMetrics append;
    private final WalMetrics wal;
    private final UploadMetrics upload;
    private final MemoryMetrics memory;
    private final StorageMetrics storage;
    private final MetadataMetrics metadata;
    private final ReadMetrics read;
    private final CompactionMetrics compaction;
    private final CollectMetrics collect;

    /**
     * @param recorder of the host
     * @param nanoTime clock of the runtime
     */
    public StoreMetrics(MetricsRecorder recorder, int nodeId, LongSupplier nanoTime) {
        this.instruments = new Instruments(recorder, nodeId);
        LongSupplier clock = instruments.areRecorded() ? nanoTime : () -> 0;
        this.append = new AppendMetrics(instruments, clock);
        this.wal = new WalMetrics(instruments, clock);
        this.upload = new UploadMetrics(instruments, clock);
        this.memory = new MemoryMetrics(instruments);
        this.storage = new StorageMetrics(instruments, clock);
        this.metadata = new MetadataMetrics(instruments, clock);
        this.read = new ReadMetrics(instruments, clock);
        this.compaction = new CompactionMetrics(instruments, clock);
        this.collect = new CollectMetrics(instruments);
    }

    /** Returns metrics that are not recorded. */
    public static StoreMetrics none() {
        return new StoreMetrics(MetricsRecorder.none(), 0, () -> 0);
    }

    public AppendMetrics append() {
        return append;
    }

    public WalMetrics wal() {
        return wal;
    }

    public UploadMetrics upload() {
        return upload;
    }

    public MemoryMetrics memory() {
        return memory;
    }

    public StorageMetrics storage() {
        return storage;
    }

    public MetadataMetrics metadata() {
        return metadata;
    }

    public ReadMetrics read() {
        return read;
    }

    public CompactionMetrics compaction() {
        return compaction;
    }

    public CollectMetrics collect() {
        return collect;
    }

    @Override
    public void close() {
        instruments.close();
    }
}
