package io.s3stream.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.StoreBusyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadLeasesTest {

    private static final long LIMIT = 8000;
    private static final long NOT_LENT = LIMIT / 4;

    private final List<Long> loans = new ArrayList<>();
    private final ReadLeases leases = new ReadLeases(LIMIT, loans::add);

    @Test
    void resultsInSameBufferCountItOnce() {
        ReadBuffer shared = new ReadBuffer(1000);
        List<ReadLeases.Lease> open = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            open.add(leases.open(1, List.of(shared)));
        }
        assertThat(leases.pinnedBytes()).isEqualTo(1000);
        assertThat(leases.results()).isEqualTo(100);

        open.subList(1, 100).forEach(ReadLeases.Lease::close);
        assertThat(leases.pinnedBytes()).as("one is open").isEqualTo(1000);
        open.get(0).close();
        open.get(0).close();
        assertThat(leases.pinnedBytes()).isZero();
        assertThat(leases.results()).isZero();
    }

    @Test
    void refusalNamesCountsBytesAndRemedy_R46() {
        List<ReadLeases.Lease> open = fill(5);

        assertThatThrownBy(() -> leases.check(5))
                .isInstanceOf(StoreBusyException.class)
                .hasMessage(
                        "stream=5: 7 unclosed fetch results hold 7000 bytes; all streams together have 7, which hold 7000"
                                + " of 8000 bytes; close each FetchResult after use, or raise blockCacheBytes");
        assertThatThrownBy(() -> leases.open(5, List.of(new ReadBuffer(1000)))).isInstanceOf(StoreBusyException.class);
        assertThat(leases.results()).as("the refused result is not counted").isEqualTo(7);

        open.get(0).close();
        leases.check(5);
        leases.open(5, List.of(new ReadBuffer(1000))).close();
    }

    @Test
    void otherStreamsStayReadableWhileOneClosesNothing_R46() {
        fill(5);
        for (int i = 0; i < 100; i++) {
            leases.check(6);
            ReadLeases.Lease lease = leases.open(6, List.of(new ReadBuffer(1000)));
            assertThat(lease.isCopy())
                    .as("a part is reserved for other streams")
                    .isFalse();
            lease.close();
        }
        ReadLeases.Lease large = leases.open(7, List.of(new ReadBuffer(3000)));
        assertThat(large.isCopy()).as("past the budget").isTrue();
        assertThat(leases.pinnedBytes()).isEqualTo(7000);
        large.close();
        leases.check(7);
    }

    @Test
    void loansCoverPinnedBytesAndChangeRarely() {
        Random random = new Random(1);
        List<ReadLeases.Lease> open = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            if (open.size() > 30 || (!open.isEmpty() && random.nextBoolean())) {
                open.remove(random.nextInt(open.size())).close();
            } else {
                open.add(leases.open(1, List.of(new ReadBuffer(1 + random.nextInt(200)))));
            }
            assertThat(lent()).isBetween(Math.max(0, leases.pinnedBytes() - NOT_LENT), LIMIT);
        }
        assertThat(loans).hasSizeLessThan(100);
    }

    @Test
    void fewResultsCostCacheNothing() {
        for (int i = 0; i < 1000; i++) {
            leases.open(1, List.of(new ReadBuffer(NOT_LENT))).close();
        }
        assertThat(loans).isEmpty();
    }

    private long lent() {
        return loans.stream().mapToLong(Long::longValue).sum();
    }

    private List<ReadLeases.Lease> fill(long streamId) {
        List<ReadLeases.Lease> open = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            open.add(leases.open(streamId, List.of(new ReadBuffer(1000))));
        }
        return open;
    }
}
