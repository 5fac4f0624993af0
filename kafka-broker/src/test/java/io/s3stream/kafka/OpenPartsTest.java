package io.s3stream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenPartsTest {

    private final List<String> closed = new ArrayList<>();

    private AutoCloseable part(String name) {
        return () -> closed.add(name);
    }

    @Test
    void partsAreClosedInTheirOrder() {
        OpenParts open = new OpenParts();
        open.closedFirst(part("store"));
        open.closedLast(part("logs"));
        open.closedFirst(part("listener"));
        open.close();
        open.close();
        assertThat(closed).containsExactly("listener", "store", "logs");
    }

    @Test
    void aPartThatCannotBeClosedDoesNotKeepTheOthersOpen() {
        OpenParts open = new OpenParts();
        open.closedFirst(part("store"));
        open.closedFirst(() -> {
            throw new OutOfMemoryError("no thread");
        });
        open.closedFirst(part("cleaner"));
        open.closedFirst(() -> {
            throw new InterruptedException("stop");
        });
        assertThatThrownBy(open::close)
                .hasRootCauseMessage("stop")
                .cause()
                .hasSuppressedException(new OutOfMemoryError("no thread"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(closed).containsExactly("cleaner", "store");
    }
}
