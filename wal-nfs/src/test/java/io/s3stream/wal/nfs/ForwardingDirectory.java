package io.s3stream.wal.nfs;

import io.s3stream.wal.nfs.directory.Mount;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A directory that delegates to another one. A test overrides single operations. */
class ForwardingDirectory implements NfsDirectory {

    final NfsDirectory to;

    ForwardingDirectory(NfsDirectory to) {
        this.to = to;
    }

    /** Wraps every opened file. */
    NfsFile wrap(String name, NfsFile file) {
        return file;
    }

    @Override
    public Mount mount() throws IOException {
        return to.mount();
    }

    @Override
    public boolean isDirectory(String name) throws IOException {
        return to.isDirectory(name);
    }

    @Override
    public void makeDirectory(String name) throws IOException {
        to.makeDirectory(name);
    }

    @Override
    public List<String> list(String name) throws IOException {
        return to.list(name);
    }

    @Override
    public NfsFile createNew(String name) throws IOException {
        return wrap(name, to.createNew(name));
    }

    @Override
    public void publish(String name, byte[] content, long token) throws IOException {
        to.publish(name, content, token);
    }

    @Override
    public NfsFile open(String name) throws IOException {
        return wrap(name, to.open(name));
    }

    @Override
    public NfsFile openForWriting(String name) throws IOException {
        return wrap(name, to.openForWriting(name));
    }

    @Override
    public void extend(String name) throws IOException {
        to.extend(name);
    }

    @Override
    public void delete(String name) throws IOException {
        to.delete(name);
    }

    /** A file that delegates to another one. */
    static class ForwardingFile implements NfsFile {

        final NfsFile file;

        ForwardingFile(NfsFile file) {
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            file.write(source, position);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
