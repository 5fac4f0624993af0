package io.s3stream.wal.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StreamException;
import io.s3stream.core.storage.DirectoryObjectStorage;
import io.s3stream.layout.RecordFormat;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import io.s3stream.spi.storage.PutCondition;
import io.s3stream.spi.wal.WalAnchor;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalFrame;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.spi.wal.WriteAheadLog;
import io.s3stream.testkit.runtime.ThreadedTestRuntime;
import io.s3stream.testkit.storage.ForwardingObjectStorage;
import io.s3stream.wal.block.shared.SharedFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Another process. Its first argument is the command:
 *
 * <ul>
 *   <li>{@code try URI} prints whether it could attach.
 *   <li>{@code inspect URI} prints its inspection.
 *   <li>{@code backup URI EPOCH} appends and loses its lock after 50 frames.
 *   <li>{@code format URI SEED STORAGE} announces a format of a device, which it never performs.
 *   <li>{@code append URI EPOCH} and {@code shared URI EPOCH STORAGE} append endlessly, four frames in flight.
 * </ul>
 *
 * <p>The process prints lines that end with a full stop: {@code descriptor …}, {@code ack SEQUENCE PAYLOAD_BYTES} for
 * each frame in order, and {@code commit SEQUENCE END CHAIN} before a trim.
 */
final class Child {

    static final int FRAME = 64 << 10;

    private Child() {}

    public static void main(String[] args) {
        WalContext context = Wal.context(new ThreadedTestRuntime(Long.parseLong(args[2])), FRAME);
        try {
            if (args[0].equals("inspect")) {
                System.out.println(Wal.get(new BlockWalProvider().inspect(URI.create(args[1]), context)));
                System.exit(0);
            }
            if (args[0].equals("shared")) {
                appendShared(args);
                System.exit(0);
            }
            if (args[0].equals("format")) {
                formatForever(args);
            }
            WalMedium medium = Wal.attach(new BlockWalProvider(), URI.create(args[1]), AttachMode.CREATE, context);
            System.out.println("attached");
            if (args[0].equals("append")) {
                append(medium, Long.parseLong(args[2]), () -> {});
            }
            if (args[0].equals("backup")) {
                append(medium, Long.parseLong(args[2]), () -> backUp(URI.create(args[1])));
            }
        } catch (ConflictException e) {
            System.out.println("conflict " + e.getMessage());
        } catch (StreamException e) {
            System.out.println("failed " + e.getClass().getSimpleName() + " " + e.getMessage() + " .");
        }
        System.exit(0);
    }

    /** In shared mode; the store's object storage is a directory. Prints its failure. */
    private static void appendShared(String... args) {
        ThreadedTestRuntime runtime = new ThreadedTestRuntime(Long.parseLong(args[2]));
        ObjectStorage storage = storage(runtime, Path.of(args[3]));
        WalContext context = SharedWal.context(runtime, storage, Wal.NODE);
        WalMedium medium = Wal.attach(new BlockWalProvider(), URI.create(args[1]), AttachMode.CREATE, context);
        try {
            append(medium, Long.parseLong(args[2]), () -> {});
        } catch (StreamException e) {
            System.out.println("failed " + e.getClass().getSimpleName() + " " + e.getMessage() + " .");
        }
    }

    /** Begins to format a device, reports it, and stops there. */
    private static void formatForever(String... args) {
        ThreadedTestRuntime runtime = new ThreadedTestRuntime(Long.parseLong(args[2]));
        ObjectStorage stuck = new ForwardingObjectStorage(storage(runtime, Path.of(args[3]))) {
            @Override
            public CompletableFuture<Optional<String>> put(String key, ObjectBody body, PutCondition condition) {
                if (key.equals(SharedFormat.CLAIM_KEY)) {
                    return super.put(key, body, condition);
                }
                System.out.println("formatting");
                return new CompletableFuture<>();
            }
        };
        WalContext context = SharedWal.context(runtime, stuck, Wal.NODE);
        new BlockWalProvider()
                .attach(URI.create(args[1]), AttachMode.CREATE, context)
                .join();
    }

    static ObjectStorage storage(ThreadedTestRuntime runtime, Path directory) {
        return DirectoryObjectStorage.open(
                directory,
                runtime.ioExecutor("storage", 2),
                PooledByteBufAllocator.DEFAULT,
                new SecureRandom()::nextLong);
    }

    private record Pending(Frames.Written frame, int payloadBytes, CompletableFuture<Void> written) {}

    /** Acts as a host program that copies the file: when it closes its descriptor, the process loses its lock. */
    private static void backUp(URI uri) {
        try (InputStream file = Files.newInputStream(Path.of(uri.getPath()))) {
            file.readNBytes(4096);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println("backup .");
    }

    /** @param after50 runs once 50 frames are acknowledged */
    private static void append(WalMedium medium, long walEpoch, Runnable after50) {
        WalDescriptor descriptor = Wal.get(medium.prepare(walEpoch));
        System.out.println("descriptor " + descriptor.nonce() + " " + walEpoch + " "
                + new TreeMap<>(descriptor.properties()) + " .");
        WriteAheadLog log = medium.create(descriptor, 1);
        Frames frames = new Frames(descriptor, Wal.NODE, 1);
        Random random = new Random(walEpoch);
        Deque<Pending> inFlight = new ArrayDeque<>();
        Frames.Written acked = null;
        while (true) {
            int payload = 1 + random.nextInt(descriptor.maxFrameBytes() - 200);
            long ackedThrough = acked == null ? 0 : acked.sequence();
            WalFrame frame = frames.next(log, payload, ackedThrough);
            if (frame != null) {
                inFlight.add(new Pending(frames.written.get(frames.written.size() - 1), payload, log.append(frame)));
            }
            if (frame == null || inFlight.size() == 4) {
                Pending oldest = inFlight.remove();
                Wal.get(oldest.written());
                acked = oldest.frame();
                System.out.println("ack " + acked.sequence() + " " + oldest.payloadBytes() + " .");
                if (acked.sequence() == 50) {
                    after50.run();
                }
            }
            if (frame == null) {
                System.out.println("commit " + acked.sequence() + " " + acked.end() + " " + acked.chain() + " .");
                log.trim(acked.end());
            }
        }
    }

    /** Started by a test, which reads its output. */
    static final class Handle implements AutoCloseable {

        final Process process;
        final BufferedReader out;

        Handle(String... args) throws IOException {
            List<String> command = new java.util.ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Child.class.getName()));
            command.addAll(List.of(args));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream()));
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    /** The output of a child before it was killed. */
    static final class Told {

        WalDescriptor descriptor;
        final Map<Long, Integer> acked = new TreeMap<>();
        WalAnchor committed;
        boolean backedUp;
        String failure;

        void hear(String line, WalDescriptor like) {
            String[] words = line.split(" ");
            if (!line.endsWith(" .")) {
                return; // cut off by the kill
            }
            switch (words[0]) {
                case "descriptor" -> {
                    descriptor = new WalDescriptor(
                            like.uri(),
                            like.walEpoch(),
                            Long.parseLong(words[1]),
                            like.alignment(),
                            like.maxFrameBytes(),
                            like.maxInFlight(),
                            like.maxInFlightBytes(),
                            like.capacityBytes(),
                            like.properties());
                    committed = new Frames(descriptor, Wal.NODE, 1).start();
                }
                case "ack" -> acked.put(Long.parseLong(words[1]), Integer.parseInt(words[2]));
                case "commit" ->
                    committed = new WalAnchor(
                            Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3]));
                case "backup" -> backedUp = true;
                case "failed" -> failure = line;
                default -> {}
            }
        }

        /** Checks that every acknowledged and uncommitted frame is there as it was written. */
        void check(List<Wal.Read> frames) {
            Map<Long, Wal.Read> bySequence = new HashMap<>();
            frames.forEach(frame -> bySequence.put(frame.sequence(), frame));
            acked.forEach((sequence, payloadBytes) -> {
                if (sequence > committed.sequence()) {
                    Wal.Read frame = bySequence.get(sequence);
                    assertThat(frame).as("acknowledged frame " + sequence).isNotNull();
                    int from = 72 + RecordFormat.HEADER_BYTES;
                    assertThat(RecordFormat.payloadBytes(ByteBuffer.wrap(frame.bytes()), 72))
                            .isEqualTo(payloadBytes);
                    assertThat(Arrays.copyOfRange(frame.bytes(), from, from + payloadBytes))
                            .isEqualTo(Frames.payload(sequence, payloadBytes));
                }
            });
        }
    }
}
