package io.s3stream.wal.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A handle on a file or block device. Its only own state is whether it was closed; the channel is shared. */
final class FileBlockDevice implements BlockDevice {

    private static final int ZEROS_BYTES = 4 << 20;

    private final OpenFiles files;
    private final OpenFiles.Entry entry;
    private final boolean fixedSize;
    private final LockIdentity identity;
    private final AtomicBoolean closed = new AtomicBoolean();

    FileBlockDevice(OpenFiles files, OpenFiles.Entry entry, boolean fixedSize, LockIdentity identity) {
        this.files = files;
        this.entry = entry;
        this.fixedSize = fixedSize;
        this.identity = identity;
    }

    @Override
    public boolean isFixedSize() {
        return fixedSize;
    }

    @Override
    public long size() throws IOException {
        return entry.channel.size();
    }

    @Override
    public boolean isDirect() {
        return entry.direct;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return FullIo.read(entry.channel, target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        FullIo.write(entry.channel, source, position);
    }

    @Override
    public void force() throws IOException {
        entry.channel.force(true);
    }

    @Override
    public void grow(long bytes) throws IOException {
        long from = size() & -ALIGNMENT;
        if (fixedSize || from >= bytes) {
            return;
        }
        int chunk = (int) Math.min(ZEROS_BYTES, bytes - from);
        // Not pooled: once in a file's life, and gone with this call.
        ByteBuffer zeros = ByteBuffer.allocateDirect(chunk + ALIGNMENT).alignedSlice(ALIGNMENT);
        while (from < bytes) {
            zeros.position(0).limit((int) Math.min(chunk, bytes - from));
            int length = zeros.remaining();
            write(zeros, from);
            from += length;
        }
        force();
    }

    @Override
    public boolean tryLock() throws IOException {
        return files.tryLock(entry, this);
    }

    @Override
    public LockIdentity lockIdentity() {
        return identity;
    }

    @Override
    public void close() throws IOException {
        if (closed.compareAndSet(false, true)) {
            files.release(entry, this);
        }
    }
}
