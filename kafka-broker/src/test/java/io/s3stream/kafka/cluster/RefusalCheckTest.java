package io.s3stream.kafka.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.s3stream.api.StreamStore;
import io.s3stream.kafka.cluster.decisions.Member;
import io.s3stream.kafka.cluster.decisions.Member.Phase;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A refused connection makes a suspicion only if the metadata say that this process serves clients. */
class RefusalCheckTest {

    @TempDir
    Path dir;

    private StreamStore store;
    private RefusalCheck check;

    @BeforeEach
    void open() {
        store = StreamStore.builder()
                .storage(dir.resolve("objects").toUri())
                .wal(URI.create("block:" + dir.resolve("wal") + "?capacity=64MiB"))
                .nodeId(1)
                .open();
        check = new RefusalCheck(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void phase(Phase phase) {
        store.setNodeTags(new BrokerTags("localhost", 9092, 1, phase, Optional.empty()).tags())
                .join();
    }

    /** The suspicions after a refusal by a process of that epoch. */
    private List<Member> refusedBy(long epoch) {
        List<Member> suspected = new ArrayList<>();
        check.check(new Member(1, epoch, 1, Phase.READY), suspected::add);
        Awaitility.await().until(() -> check.isIdle());
        return suspected;
    }

    @Test
    void servingBrokerIsSuspected() {
        phase(Phase.READY);
        assertThat(refusedBy(store.nodeEpoch())).hasSize(1);
    }

    @Test
    void refusalAfterACallThatThrowsIsChecked() {
        phase(Phase.READY);
        int[] calls = new int[1];
        check = new RefusalCheck((StreamStore) Proxy.newProxyInstance(
                StreamStore.class.getClassLoader(), new Class<?>[] {StreamStore.class}, (proxy, method, arguments) -> {
                    if (calls[0]++ == 0) {
                        throw new OutOfMemoryError("injected");
                    }
                    return method.invoke(store, arguments);
                }));
        assertThat(refusedBy(store.nodeEpoch())).isEmpty();
        assertThat(refusedBy(store.nodeEpoch())).hasSize(1);
    }

    @Test
    void leavingBrokerIsNotSuspected() {
        phase(Phase.LEAVING);
        assertThat(refusedBy(store.nodeEpoch())).isEmpty();
    }

    @Test
    void laterProcessOfTheNodeIsNotSuspected() {
        phase(Phase.READY);
        assertThat(refusedBy(store.nodeEpoch() - 1)).isEmpty();
    }
}
