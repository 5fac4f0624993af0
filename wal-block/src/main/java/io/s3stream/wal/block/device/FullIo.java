package io.s3stream.wal.block.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Reads and writes completely. With direct I/O, a short transfer may end inside a block. The rest then starts at the
 * begin of that block, because the system refuses an unaligned position.
 */
final class FullIo {

    private FullIo() {}

    static void write(FileChannel channel, ByteBuffer source, long position) throws IOException {
        int start = source.position();
        int done = 0;
        int length = source.remaining();
        while (done < length) {
            source.position(start + done);
            int aligned = aligned(channel.write(source, position + done), length - done);
            if (aligned == 0) {
                throw new IOException("the device accepts less than one block at position " + (position + done));
            }
            done += aligned;
        }
        source.position(start + length);
    }

    static int read(FileChannel channel, ByteBuffer target, long position) throws IOException {
        int start = target.position();
        int done = 0;
        int length = target.remaining();
        while (done < length) {
            target.position(start + done);
            int count = channel.read(target, position + done);
            int aligned = aligned(count, length - done);
            if (aligned == 0) {
                done += Math.max(count, 0); // the end of a file, which may be at any byte
                break;
            }
            done += aligned;
        }
        target.position(start + done);
        return done;
    }

    private static int aligned(int count, int wanted) {
        return count >= wanted ? wanted : Math.max(count, 0) & -BlockDevice.ALIGNMENT;
    }
}
