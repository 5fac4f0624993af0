package io.s3stream.core.append.claims;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.core.append.rules.ClaimRule;
import io.s3stream.core.memory.MemoryBudget;
import io.s3stream.core.memory.SlabPool;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlabClaimsTest {

    private static final int MIB = 1 << 20;
    private static final FrameShape SHAPE = new FrameShape(512, 2048, false);

    private final MemoryBudget budget = new MemoryBudget(256 * MIB);
    private final SlabPool pool = new SlabPool(8192, 4096, budget, 0);
    private final SlabClaims<Item> claims = new SlabClaims<>(pool, budget, SHAPE);
    private final ClaimReader<Item> reader = new ClaimReader<>(claims, new ClaimRule());

    /** A record that only has a size. */
    private static final class Item implements Claimant<Item> {

        private final int bytes;
        private final Runnable onSize;
        private @Nullable OpenSlab<Item> slab;
        private int index;
        private int place;

        Item(int bytes) {
            this(bytes, () -> {});
        }

        /** @param onSize called each time a claim asks for the size */
        Item(int bytes, Runnable onSize) {
            this.bytes = bytes;
            this.onSize = onSize;
        }

        @Override
        public int encodedBytes() {
            onSize.run();
            return bytes;
        }

        @Override
        public void placed(OpenSlab<Item> in, int number, int at) {
            slab = in;
            index = number;
            place = at;
        }

        @Override
        public int claimedPlace() {
            return place;
        }

        @Override
        public boolean isCopied() {
            return true;
        }

        OpenSlab<Item> slab() {
            return Objects.requireNonNull(slab);
        }

        void publish() {
            slab().publish(index, this);
        }
    }

    private Item claim(int bytes) {
        Item item = new Item(bytes);
        assertThat(claims.claim(item)).isEqualTo(SlabClaims.PLACED);
        return item;
    }

    private void readAll() {
        while (reader.read() != ClaimReader.Progress.NOTHING) {
            while (reader.hasRecords()) {
                reader.remove();
            }
        }
    }

    private void endChain() {
        claims.close();
        readAll();
        claims.permit(SHAPE);
    }

    @Test
    void claimsInReusedSlabThatIsLargerThanItsRecordDoNotOverlap() {
        claim(20 * MIB).publish();
        endChain();
        assertThat(pool.keptBytes()).isGreaterThan(20 * MIB);

        Item first = claim(15 * MIB);
        Item second = claim(100);

        assertThat(second.slab() == first.slab() && second.place < first.place + first.bytes)
                .as("the second record is written into the first")
                .isFalse();
    }

    @Test
    void slabForLargeRecordIsNotTakenByAnotherCaller() {
        claim(100).publish();
        Item small = new Item(100);
        Item large = new Item(20 * MIB, () -> {
            if (pool.outstandingBytes() > 20 * MIB && small.slab == null) {
                claims.claim(small);
            }
        });

        assertThat(claims.claim(large)).isEqualTo(SlabClaims.PLACED);

        assertThat(pool.outstandingBytes()).isLessThan(40 * MIB);
    }

    @Test
    void overflowOfStackLosesNoSlab() throws InterruptedException {
        for (int round = 0; round < 12; round++) {
            Item item = new Item(100 + 8192 * (round % 3));
            Thread caller = new Thread(null, () -> claimAtEnd(item), "caller", 256 << 10);
            caller.start();
            caller.join();
            item.publish();
            endChain();
            assertThat(pool.outstandingBytes()).as("round " + round).isZero();
            assertThat(budget.used()).as("round " + round).isZero();
        }
    }

    /** Claims as deep in the stack as possible: each level tries after the deeper ones have failed. */
    private void claimAtEnd(Item item) {
        try {
            claimAtEnd(item);
        } catch (StackOverflowError e) {
            claims.claim(item);
        }
    }
}
