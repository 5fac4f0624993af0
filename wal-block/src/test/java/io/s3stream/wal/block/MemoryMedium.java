package io.s3stream.wal.block;

import io.s3stream.wal.block.device.BlockDevice;
import io.s3stream.wal.block.device.DeviceSource;
import io.s3stream.wal.block.device.LockIdentity;
import io.s3stream.wal.block.device.ProcessTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A medium in memory that remembers every write, and can fail. The test decides the effect of a crash. */
public final class MemoryMedium implements DeviceSource {

    static final LockIdentity HERE = new LockIdentity("host-1", "boot-1", "8/0", "12", "here", 4711);

    /** A write as issued. */
    record Write(long position, byte[] bytes) {

        int sectors() {
            return bytes.length / 512;
        }

        /** Puts the sectors that are set in {@code mask} into {@code image}. */
        void apply(byte[] image, boolean[] mask) {
            for (int sector = 0; sector < mask.length; sector++) {
                if (mask[sector]) {
                    System.arraycopy(bytes, sector * 512, image, (int) position + sector * 512, 512);
                }
            }
        }

        void apply(byte[] image) {
            System.arraycopy(bytes, 0, image, (int) position, bytes.length);
        }
    }

    public final List<Write> writes = new ArrayList<>();
    public byte[] image;
    public LockIdentity identity = HERE;
    public boolean fixedSize;
    public boolean failing;
    int forces;
    public Runnable beforeWrite;
    public Runnable beforeAnswer;
    public ProcessTable processes = ProcessTable.UNKNOWN;
    private Object holder;

    public MemoryMedium(byte[] image) {
        this.image = image;
    }

    @Override
    public BlockDevice open(Path path, boolean create) {
        return new Handle();
    }

    @Override
    public ProcessTable processes() {
        return processes;
    }

    /** Loses the lock: its process has closed another descriptor of the file. */
    public void loseLock() {
        holder = null;
    }

    private final class Handle implements BlockDevice {

        @Override
        public boolean isFixedSize() {
            return fixedSize;
        }

        @Override
        public long size() {
            return image.length;
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            check(target, position);
            int length = (int) Math.max(0, Math.min(target.remaining(), image.length - position));
            target.put(image, (int) position, length);
            return length;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            check(source, position);
            run(beforeWrite);
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            Write write = new Write(position, bytes);
            writes.add(write);
            write.apply(image);
            run(beforeAnswer);
        }

        private void run(Runnable event) {
            if (event != null) {
                event.run();
            }
        }

        private void check(ByteBuffer buffer, long position) throws IOException {
            if (failing) {
                throw new IOException("device failed");
            }
            if (position % ALIGNMENT != 0
                    || buffer.remaining() % ALIGNMENT != 0
                    || buffer.alignmentOffset(buffer.position(), ALIGNMENT) != 0) {
                throw new IOException("not aligned: position " + position + " length " + buffer.remaining());
            }
        }

        @Override
        public void force() {
            forces++;
        }

        @Override
        public void grow(long bytes) {
            if (!fixedSize && bytes > image.length) {
                image = Arrays.copyOf(image, (int) bytes);
            }
        }

        @Override
        public boolean tryLock() {
            if (holder == null) {
                holder = this;
            }
            return holder == this;
        }

        @Override
        public LockIdentity lockIdentity() {
            return identity;
        }

        @Override
        public void close() {
            if (holder == this) {
                holder = null;
            }
        }
    }
}
