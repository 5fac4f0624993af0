package io.s3stream.wal.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.api.errors.FencedException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.testkit.wal.WalSession;
import io.s3stream.wal.nfs.directory.MediumIo;
import io.s3stream.wal.nfs.directory.MountedDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a generation ends, and which of its frames are found. */
class WriterTest {

    @TempDir
    Path directory;

    /** The failing operation; empty for none. */
    private volatile String failing = "";

    /** Repeats a create or a publish: the second answer reports that the file exists. */
    private volatile boolean losesAnswers;

    private Generation generation() {
        return generation(7);
    }

    private Generation generation(long walEpoch) {
        return new Generation(
                new NfsWalProvider(path -> new ForwardingDirectory(new MountedDirectory(path)) {
                    @Override
                    NfsFile wrap(String name, NfsFile file) {
                        return new ForwardingFile(file) {
                            @Override
                            public void force() throws IOException {
                                fail("sync", "Input/output error");
                                super.force();
                            }

                            @Override
                            public void write(ByteBuffer source, long position) throws IOException {
                                fail("write", "No space left on device");
                                super.write(source, position);
                            }
                        };
                    }

                    @Override
                    public NfsFile createNew(String name) throws IOException {
                        if (name.endsWith(".wal")) {
                            fail("create", "No space left on device");
                        }
                        NfsFile created = super.createNew(name);
                        if (losesAnswers) {
                            created.close();
                            throw new FileAlreadyExistsException(name);
                        }
                        return created;
                    }

                    @Override
                    public void publish(String name, byte[] content, long token) throws IOException {
                        super.publish(name, content, token);
                        if (losesAnswers) {
                            throw new FileAlreadyExistsException(name);
                        }
                    }

                    @Override
                    public NfsFile open(String name) throws IOException {
                        if (name.endsWith(".fence")) {
                            fail("look", "Stale file handle");
                        }
                        return super.open(name);
                    }
                }),
                directory,
                walEpoch);
    }

    private static GenerationFiles files(Generation generation) {
        return new GenerationFiles(Generation.NODE, generation.descriptor.walEpoch(), generation.descriptor.nonce());
    }

    private void fail(String what, String message) throws IOException {
        if (failing.equals(what)) {
            throw new IOException(message);
        }
    }

    private void endsWith(String what, String message) {
        try (Generation generation = generation()) {
            WalSession.get(generation.append());
            failing = what;
            assertThatThrownBy(() -> WalSession.get(generation.append()))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(message);
            failing = "";
            assertThatThrownBy(() -> WalSession.get(generation.append())) // there is no retry
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("has ended")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void fullFileSystemEndsGeneration() {
        endsWith("write", "No space left on device");
    }

    @Test
    void failedSyncEndsGeneration() {
        endsWith("sync", "Input/output error");
    }

    /** R10: a fence that cannot be read is not unset. */
    @Test
    void unreadableFenceEndsGeneration() {
        endsWith("look", "Stale file handle");
    }

    @Test
    void missingFenceFileMeansFenced() throws IOException {
        try (Generation generation = generation()) {
            WalSession.get(generation.append());
            Files.delete(directory.resolve(files(generation).fence()));
            assertThatThrownBy(() -> WalSession.get(generation.append())).isInstanceOf(FencedException.class);
        }
    }

    /** The fencer creates the next segment's name; the old writer finds it there. */
    @Test
    void segmentCreatedByFencerMeansFenced() throws IOException {
        try (Generation generation = generation()) {
            Files.createFile(directory.resolve(files(generation).segment(1)));
            Files.writeString(directory.resolve(files(generation).fence()), "set");
            try (Generation successor = generation(8)) {
                assertThat(successor.descriptor.walEpoch()).isEqualTo(8);
            }
            MediumIo io = new MediumIo(
                    "" + directory,
                    new MountedDirectory(directory),
                    generation.runtime.ioExecutor("test", 1),
                    UnpooledByteBufAllocator.DEFAULT);
            Segments segments = new Segments(io, files(generation), new WriterState("writer"));
            assertThatThrownBy(() -> WalSession.get(segments.get(1)))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining(files(generation).segment(1));
            WalSession.get(segments.closeAll());
            io.close();
        }
    }

    /** The client repeated the create. The second answer reports that the file exists. */
    @Test
    void segmentWithRepeatedCreateIsWritersOwn() throws IOException {
        losesAnswers = true;
        try (Generation generation = generation()) {
            for (int i = 0; i < 600; i++) {
                WalSession.get(generation.append());
            }
            assertThat(directory.resolve(files(generation).segment(2))).exists();
        }
    }

    /** The generation leaves no file, and there is room again later. */
    @Test
    void generationRefusedByFullFileSystemLeavesNothing() throws IOException {
        failing = "create";
        assertThatThrownBy(this::generation)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("No space left on device");
        assertThat(directory.resolve("" + Generation.NODE)).isEmptyDirectory();
        failing = "";
        try (Generation generation = generation()) {
            WalSession.get(generation.append());
        }
    }

    /** R7, also across the end of a segment: frames behind a lost segment prove that it was acknowledged. */
    @Test
    void lostSegmentIsReported() throws IOException {
        try (Generation generation = generation()) {
            for (int i = 0; i < 600; i++) {
                WalSession.get(generation.append());
            }
            assertThat(directory.resolve(files(generation).segment(2))).exists();
            Files.delete(directory.resolve(files(generation).segment(1)));
            assertThatThrownBy(
                            () -> generation.session.fenceAndReplay(generation.descriptor, generation.frames.start()))
                    .isInstanceOf(CorruptedDataException.class);
            Files.delete(directory.resolve(files(generation).segment(0)));
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> generation.session.replay(generation.descriptor, generation.frames.start()))
                        .isInstanceOf(CorruptedDataException.class)
                        .hasMessageContaining("missing");
            }
        }
    }

    @Test
    void releaseLeavesNothing() throws IOException {
        try (Generation generation = generation()) {
            WalSession.get(generation.append());
            generation.session.fenceAndReplay(generation.descriptor, generation.frames.start());
            generation.session.release(generation.descriptor);
            assertThat(directory.resolve(files(generation).nodeDirectory())).isEmptyDirectory();
        }
    }
}
