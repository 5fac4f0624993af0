package io.s3stream.wal.nfs.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file of this machine's file systems. Its only state is the channel. */
final class MountedFile implements NfsFile {

    private final FileChannel channel;

    MountedFile(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int done = 0;
        while (target.hasRemaining()) {
            int count = channel.read(target, position + done);
            if (count < 0) {
                break;
            }
            done += count;
        }
        return done;
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            int count = channel.write(source, at);
            if (count <= 0) {
                throw new IOException("the file accepts no bytes at position " + at);
            }
            at += count;
        }
    }

    /** Calls fdatasync, which includes the new size that reading the data needs. */
    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
