package io.s3stream.core.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.CorruptedDataException;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.MetadataClient;
import io.s3stream.core.metadata.state.ChainRule;
import io.s3stream.core.metadata.state.MetadataState;
import io.s3stream.core.metadata.state.StateMachine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A register that was set back: a fail-over to a standby that lagged, or a restored head [R41]. */
class HeadSetBackTest {

    private static final MetadataSettings SMALL = MetadataClientTest.settings(8 << 10, 600, Duration.ofHours(5));

    @Test
    void clientsThatKnewMoreStopAfterAnyNumberOfNewerBatches_R41() {
        for (int lost : new int[] {1, 3, 20}) {
            for (int regrown : new int[] {0, 1, lost, lost + 1, 5 * lost, 200}) {
                new Scene(lost, regrown, new ChainRule()).run();
            }
        }
    }

    /** The batches since then are in checkpoints only. */
    @Test
    void clientWithOldViewStops_R41() {
        Scene scene = new Scene(5, 3000, new ChainRule());
        scene.run();
        assertThat(HeadCodec.decode(scene.store.head(), "test").checkpointed()).isGreaterThan(1000);
    }

    @Test
    void uncheckedChainIsCaught_R41() {
        ChainRule unchecked = new ChainRule() {
            @Override
            public boolean continues(UUID known, UUID told) {
                return true;
            }

            @Override
            public boolean continues(MetadataState known, MetadataState checkpoint) {
                return true;
            }
        };
        assertThatThrownBy(() -> new Scene(3, 4, unchecked).run()).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> new Scene(5, 3000, unchecked).run()).isInstanceOf(AssertionError.class);
    }

    @Test
    void clientWithOldViewContinuesOnIntactRegister() {
        Scene scene = new Scene(0, 3000, new ChainRule());
        MetadataClient idle = scene.open();
        scene.create(scene.two, 2, 3000);
        scene.runtime.await(idle.refresh());
        scene.runtime.await(scene.one.submit(create(1)));
        assertThat(idle.view().streams("")).hasSize(3000);
        assertThat(idle.stopped()).isNotDone();
    }

    @Test
    void singleStaleAnswerStopsNoClient_R44() {
        Scene scene = new Scene(0, 0, new ChainRule());
        byte[] old = scene.store.head();
        scene.create(scene.two, 2, 5);
        scene.runtime.await(scene.one.refresh());
        byte[] present = scene.store.head();
        scene.store.head(old);
        var refreshed = scene.one.refresh();
        int asked = scene.store.requests.size();
        while (scene.store.requests.size() <= asked) {
            scene.runtime.runOne(); // until the request has read the old head
        }
        scene.runtime.runFor(Duration.ofMillis(2));
        scene.store.head(present);
        scene.runtime.await(refreshed);
        scene.runtime.await(scene.one.submit(create(1)));
    }

    private static Command create(int node) {
        return new Command.CreateStream(node, 1, "", Map.of());
    }

    /** Node 1 commits. The head is set back. Node 2, which did not read in between, commits. */
    private static final class Scene {

        private final TestRuntime runtime = new TestRuntime(1);
        private final TestStore store = new TestStore(runtime);
        private final ChainRule rule;
        private final int lost;
        private final int regrown;
        private final MetadataClient one;
        private final MetadataClient two;

        Scene(int lost, int regrown, ChainRule rule) {
            this.lost = lost;
            this.regrown = regrown;
            this.rule = rule;
            this.one = registered(1);
            this.two = registered(2);
            runtime.await(one.refresh());
        }

        void run() {
            MetadataClient reader = open();
            byte[] before = store.head();
            create(one, 1, lost);
            runtime.await(reader.refresh());
            store.head(before);
            create(two, 2, regrown);
            for (MetadataClient knows : List.of(one, reader)) {
                assertThatThrownBy(() -> runtime.await(knows.refresh()))
                        .as("lost %d, regrown %d", lost, regrown)
                        .isInstanceOf(CorruptedDataException.class)
                        .hasMessageContaining("set back");
                assertThat(runtime.await(knows.stopped())).isInstanceOf(CorruptedDataException.class);
                assertThatThrownBy(() -> runtime.await(knows.submit(HeadSetBackTest.create(1))))
                        .isInstanceOf(CorruptedDataException.class);
            }
            runtime.await(two.submit(HeadSetBackTest.create(2)));
            assertThat(open().view().streams("")).hasSize(regrown + 1);
        }

        private void create(MetadataClient client, int node, int count) {
            for (int i = 0; i < count; i++) {
                runtime.await(client.submit(HeadSetBackTest.create(node)));
            }
        }

        private MetadataClient open() {
            return runtime.await(MetadataClients.open(
                    runtime,
                    store.storage(),
                    store.register(),
                    SMALL,
                    new MetadataRules(new StateMachine(), new CommandIntake(), rule)));
        }

        private MetadataClient registered(int node) {
            MetadataClient client = open();
            runtime.await(client.submit(new Command.RegisterNode(node, new UUID(node, 1), List.of())));
            return client;
        }
    }
}
