package io.s3stream.wal.nfs;

import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalProvider;
import io.s3stream.testkit.sim.SimNode;
import io.s3stream.testkit.sim.Simulator;
import io.s3stream.testkit.wal.WalFencing;
import io.s3stream.testkit.wal.scenario.SimulatedWal;
import io.s3stream.testkit.wal.scenario.WalWorld;
import io.s3stream.wal.nfs.directory.NfsDirectory;
import io.s3stream.wal.nfs.directory.NfsFile;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;

/**
 * The WAL on a simulated file server. Openers run on three hosts. A process that dies may take its host's cache with
 * it, and its pending system calls may still take effect.
 */
final class SimulatedNfsWal implements SimulatedWal {

    private static final URI PLACE =
            URI.create("nfs:///wal?capacity=128KiB&segment=32KiB&maxInFlight=4&maxInFlightBytes=64KiB");
    private static final int HOSTS = 3;

    private final WalWorld world;
    private final Mutant mutant;
    private final List<SimNfsClient> hosts = new ArrayList<>();

    SimulatedNfsWal(WalWorld world, Mutant mutant) {
        this.world = world;
        this.mutant = mutant;
        SimNfsServer server =
                new SimNfsServer("/wal", world.simulator().random().nextInt(100) % 2 == 0);
        for (int i = 0; i < HOSTS; i++) {
            hosts.add(new SimNfsClient(world.simulator(), server, mutant == Mutant.NOCTO_ALLOWED));
        }
    }

    @Override
    public WalFencing fencing() {
        return WalFencing.SHARED;
    }

    @Override
    public List<URI> uris() {
        return List.of(PLACE);
    }

    @Override
    public WalProvider provider(SimNode opener) {
        SimNfsClient host = hosts.get(world.simulator().random().nextInt(HOSTS));
        opener.onCrash(() -> died(opener, host));
        return new NfsWalProvider(path -> mutant.fencer.apply(mutant.writer.apply(new Unreliable(host.at(path)))));
    }

    @Override
    public WalContext context(SimNode opener) {
        return world.context(opener);
    }

    private void died(SimNode opener, SimNfsClient host) {
        Simulator simulator = world.simulator();
        for (SimNode.PendingIo pending : opener.pendingIo()) {
            if (simulator.chance(0.5)) {
                try {
                    pending.task().call();
                    simulator.count("fault: " + pending.operation() + " of a dead opener");
                } catch (Exception e) {
                    simulator.count("fault: " + pending.operation() + " of a dead opener failed");
                }
            }
        }
        if (simulator.chance(0.3)) {
            simulator.count("fault: host lost its cache");
            host.crash();
        }
    }

    /** Fails, before or after the effect, as often as the world wants. */
    private final class Unreliable extends ForwardingDirectory {

        Unreliable(NfsDirectory to) {
            super(to);
        }

        private void before() throws IOException {
            if (world.simulator().chance(world.faults().fails())) {
                throw new IOException("Input/output error");
            }
        }

        private void after() throws IOException {
            if (world.simulator().chance(world.faults().losesResponse())) {
                throw new IOException("Connection timed out");
            }
        }

        @Override
        NfsFile wrap(String name, NfsFile file) {
            return new ForwardingFile(file) {
                @Override
                public void write(ByteBuffer source, long position) throws IOException {
                    before();
                    super.write(source, position);
                }

                @Override
                public int read(ByteBuffer target, long position) throws IOException {
                    before();
                    return super.read(target, position);
                }

                @Override
                public void force() throws IOException {
                    before();
                    super.force();
                    after();
                }
            };
        }

        /** The client repeats a request without an answer, and the second answer reports that the file exists. */
        @Override
        public NfsFile createNew(String name) throws IOException {
            before();
            NfsFile created = super.createNew(name);
            if (world.simulator().chance(world.faults().losesResponse())) {
                world.simulator().count("fault: answer of a create is lost");
                created.close();
                throw new FileAlreadyExistsException(name);
            }
            return created;
        }

        @Override
        public void publish(String name, byte[] content, long token) throws IOException {
            before();
            super.publish(name, content, token);
            if (world.simulator().chance(world.faults().losesResponse())) {
                throw new FileAlreadyExistsException(name);
            }
        }

        @Override
        public NfsFile open(String name) throws IOException {
            before();
            return super.open(name);
        }

        @Override
        public void extend(String name) throws IOException {
            before();
            super.extend(name);
            after();
        }
    }
}
