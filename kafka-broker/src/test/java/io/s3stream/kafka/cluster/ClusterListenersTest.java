package io.s3stream.kafka.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.kafka.catalogue.ClusterView;
import io.s3stream.kafka.partition.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterListenersTest {

    private final ClusterListeners listeners = new ClusterListeners();

    @Test
    void aListenerThatThrowsKeepsNothingFromTheOthers() {
        List<ClusterView> seen = new ArrayList<>();
        listeners.add(new Recorder(seen, new IllegalStateException("a fault of a coordinator")));
        listeners.add(new Recorder(seen, new OutOfMemoryError("injected")));
        listeners.add(new Recorder(seen, null));
        ClusterView view = new ClusterView(List.of(), List.of(), 1);
        listeners.viewed(view);
        assertThat(seen).containsExactly(view, view, view);
    }

    /** Notes each view, and then throws. */
    private record Recorder(List<ClusterView> seen, Throwable fault) implements ClusterListener {

        @Override
        public void viewed(ClusterView view) {
            seen.add(view);
            if (fault instanceof RuntimeException exception) {
                throw exception;
            }
            if (fault instanceof Error error) {
                throw error;
            }
        }

        @Override
        public void opened(PartitionLog log) {}

        @Override
        public void closed(PartitionLog log) {}
    }
}
