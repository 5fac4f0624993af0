package io.s3stream.wal.block.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.spi.wal.WalContext;
import io.s3stream.spi.wal.WalDescriptor;
import io.s3stream.spi.wal.WalMedium;
import io.s3stream.spi.wal.WalProvider.AttachMode;
import io.s3stream.wal.block.BlockWalProvider;
import io.s3stream.wal.block.Frames;
import io.s3stream.wal.block.InlineRuntime;
import io.s3stream.wal.block.MemoryMedium;
import io.s3stream.wal.block.Wal;
import java.net.URI;
import org.junit.jupiter.api.Test;

/** Tests when holding the lock proves that the earlier writer is dead. */
class LockIdentityTest {

    private static final LockIdentity THEN = new LockIdentity("host", "boot", "8/0", "12", "name", 1);

    @Test
    void sameInodeUnderSameKernelIsProof() {
        assertThat(why(new LockIdentity("host", "boot", "8/0", "12", "other", 2), false))
                .isNull();
        assertThat(why(new LockIdentity("container", "boot", "8/0", "12", "other", 2), false))
                .isNull();
    }

    @Test
    void otherInodeOrDeviceUnderSameKernelIsNoProof() {
        assertThat(why(new LockIdentity("host", "boot", "8/0", "13", "name", 2), true))
                .contains("inode");
        assertThat(why(new LockIdentity("host", "boot", "9/0", "12", "name", 2), true))
                .contains("device");
    }

    @Test
    void rebootOfSameHostIsProof() {
        assertThat(why(new LockIdentity("host", "later", "9/0", "12", "name", 2), false))
                .isNull();
        assertThat(why(new LockIdentity("host", "later", "9/0", "99", "name", 2), true))
                .isNull();
    }

    @Test
    void copiedFileIsNoProofEvenAfterReboot() {
        assertThat(why(new LockIdentity("host", "later", "8/0", "13", "name", 2), false))
                .contains("inode");
    }

    @Test
    void otherHostIsNoProof() {
        assertThat(why(new LockIdentity("other", "later", "8/0", "12", "name", 2), false))
                .contains("another host");
    }

    @Test
    void movedMediumIsRefusedUnlessOperatorVouchesForIt() {
        WalContext context = Wal.context(new InlineRuntime(), 64 << 10);
        MemoryMedium memory = new MemoryMedium(new byte[0]);
        BlockWalProvider provider = new BlockWalProvider(memory);
        URI plain = URI.create("block:///w?capacity=1MiB");
        WalDescriptor descriptor;
        try (WalMedium medium = Wal.attach(provider, plain, AttachMode.CREATE, context)) {
            descriptor = Wal.get(medium.prepare(1));
        }
        memory.identity = new LockIdentity("other-host", "other-boot", "8/0", "12", "there", 5);
        Frames frames = new Frames(descriptor, Wal.NODE, 1);
        try (WalMedium medium = Wal.attach(provider, plain, AttachMode.EXISTING, context)) {
            assertThatThrownBy(() -> Wal.get(medium.fence(descriptor, 1)))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("another host (host-1, this is other-host)")
                    .hasMessageContaining("singleAttach=true");
            assertThatThrownBy(() -> Wal.get(medium.replay(descriptor, frames.start())))
                    .isInstanceOf(ConflictException.class);
        }
        URI vouched = URI.create("block:///w?capacity=1MiB&singleAttach=true");
        try (WalMedium medium = Wal.attach(provider, vouched, AttachMode.EXISTING, context)) {
            assertThat(Wal.fenceAndReplay(medium, descriptor, frames.start())).isEmpty();
        }
    }

    private static String why(LockIdentity now, boolean device) {
        return now.whyNotProof(THEN.toProperties(), device);
    }
}
