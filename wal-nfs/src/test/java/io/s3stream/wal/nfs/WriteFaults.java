package io.s3stream.wal.nfs;

import io.s3stream.wal.nfs.directory.NfsDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Lets writes of segments wait or fail. Thread-safe. */
final class WriteFaults {

    volatile boolean failing;
    volatile boolean losing;
    private boolean holding;
    private int held;

    NfsDirectory around(NfsDirectory directory) {
        return new ForwardingDirectory(directory) {
            @Override
            NfsFile wrap(String name, NfsFile file) {
                return name.endsWith(".wal") ? new Faulty(file) : file;
            }
        };
    }

    synchronized void hold(boolean hold) {
        holding = hold;
        notifyAll();
    }

    synchronized int held() {
        return held;
    }

    private synchronized void pass() throws IOException {
        held++;
        try {
            while (holding) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        } finally {
            held--;
        }
    }

    private final class Faulty extends ForwardingDirectory.ForwardingFile {

        Faulty(NfsFile file) {
            super(file);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            pass();
            if (failing) {
                throw new IOException("Input/output error");
            }
            super.write(source, position);
            if (losing) {
                super.force();
                throw new IOException("Connection timed out");
            }
        }
    }
}
