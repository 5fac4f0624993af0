package io.s3stream.kafka.acceptance;

import io.s3stream.kafka.Broker;
import io.s3stream.kafka.catalogue.ClusterView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kafka.server.ControllerServer;
import kafka.server.KafkaBroker;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.test.ClusterInstance;
import org.apache.kafka.common.test.api.ClusterConfig;
import org.apache.kafka.common.test.api.Type;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.apache.kafka.test.TestCondition;
import org.apache.kafka.test.TestUtils;

/**
 * A cluster as Kafka's tests see it: brokers in this process, on one store in a temporary directory. Owns the brokers and the
 * directory. A test can stop and start brokers; each keeps its port.
 */
public final class StoreCluster implements ClusterInstance {

    private static final long PATIENCE_MS = 60_000;
    private static final long DRAIN_SECONDS = 30;

    /** As {@code s3stream-kafka} answers it. */
    private static final String CLUSTER_ID = "s3stream";

    private final ClusterConfig config;
    private final Type type;
    private final Map<Integer, Member> members = new TreeMap<>();
    private Path dir;
    private boolean isStopped;

    /** A broker of the cluster; its port stays when it stops. */
    private static final class Member {
        final KafkaBroker kafka;
        Broker broker;
        int port;

        Member(KafkaBroker kafka) {
            this.kafka = kafka;
        }
    }

    /** Starts nothing. */
    public StoreCluster(ClusterConfig config, Type type) {
        this.config = config;
        this.type = type;
    }

    @Override
    public synchronized void start() {
        if (dir != null) {
            return;
        }
        try {
            dir = Files.createTempDirectory("kafka-own-tests");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int id = 0; id < config.numBrokers(); id++) {
            members.put(id, new Member(BrokerFace.of(this, id)));
            startBroker(id);
        }
        waitForReadyBrokers();
    }

    @Override
    public synchronized boolean started() {
        return dir != null;
    }

    @Override
    public synchronized void startBroker(int id) {
        if (isStopped) { // a thread of a test that was interrupted at its limit may come here
            throw new IllegalStateException("broker " + id + " is not started: the cluster has stopped");
        }
        Member member = member(id);
        if (member.broker != null) {
            return;
        }
        Map<String, String> values = new HashMap<>(config.serverProperties());
        values.putAll(config.perServerOverrideProperties().getOrDefault(id, Map.of()));
        ServerProperties properties = new ServerProperties(values);
        try {
            member.broker = Broker.start(
                    properties.config(id, dir, member.port), properties.options(config.brokerSecurityProtocol()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        member.port = member.broker.port();
    }

    /** Stops a broker as a signal does: it drains first. */
    @Override
    public void shutdownBroker(int id) {
        Broker broker;
        synchronized (this) {
            broker = member(id).broker;
            member(id).broker = null;
        }
        if (broker != null) {
            broker.drain()
                    .completeOnTimeout(null, DRAIN_SECONDS, TimeUnit.SECONDS)
                    .join();
            broker.close();
        }
    }

    synchronized boolean isShutdown(int id) {
        return member(id).broker == null;
    }

    @Override
    public synchronized void stop() {
        if (isStopped) {
            return;
        }
        isStopped = true;
        members.values().stream()
                .map(member -> member.broker)
                .filter(broker -> broker != null)
                .forEach(Broker::close);
        members.values().forEach(member -> member.broker = null);
        waitForThreads();
        if (dir != null) {
            delete(dir);
        }
    }

    /** The close of a store does not wait until its idle threads have ended, and the kit takes them for leaks. */
    private static void waitForThreads() {
        waitFor(
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("s3stream-")),
                "the threads of the stores have ended");
    }

    private static void delete(Path dir) {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized boolean stopped() {
        return isStopped;
    }

    private Member member(int id) {
        Member member = members.get(id);
        if (member == null) {
            throw new IllegalArgumentException("Unknown brokerId " + id);
        }
        return member;
    }

    private synchronized List<ClusterView> views() {
        return members.values().stream()
                .filter(member -> member.broker != null)
                .map(member -> member.broker.view())
                .toList();
    }

    private void waitForViews(Predicate<ClusterView> condition, String goal) {
        waitFor(() -> views().stream().allMatch(condition), goal);
    }

    private static void waitFor(TestCondition condition, String goal) {
        try {
            TestUtils.waitForCondition(condition, PATIENCE_MS, goal);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting: " + goal, e);
        }
    }

    @Override
    public void waitForReadyBrokers() {
        int count = views().size();
        waitForViews(view -> view.brokers().size() == count, "each broker knows " + count + " brokers");
    }

    @Override
    public void waitTopicCreation(String topic, int partitions) {
        waitForViews(
                view -> view.topic(topic)
                        .filter(known -> known.partitions().size() == partitions)
                        .isPresent(),
                "each broker knows " + partitions + " partitions of " + topic);
    }

    @Override
    public void waitTopicDeletion(String topic) {
        waitForViews(view -> view.topic(topic).isEmpty(), "no broker knows " + topic);
    }

    @Override
    public void ensureConsistentMetadata() {
        long newest = views().stream().mapToLong(ClusterView::version).max().orElse(0);
        waitForViews(view -> view.version() >= newest, "each broker knows version " + newest + " of the metadata");
    }

    @Override
    public void ensureConsistentMetadata(Collection<KafkaBroker> brokers, Collection<ControllerServer> controllers) {
        ensureConsistentMetadata();
    }

    /** Brokers of which a test can ask only what {@link BrokerFace} answers. */
    @Override
    public synchronized Map<Integer, KafkaBroker> brokers() {
        return members.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, member -> member.getValue().kafka));
    }

    @Override
    public synchronized List<Integer> brokerBoundPorts() {
        return members.values().stream().map(member -> member.port).toList();
    }

    @Override
    public synchronized String bootstrapServers() {
        return members.values().stream()
                .map(member -> "localhost:" + member.port)
                .collect(Collectors.joining(","));
    }

    synchronized int port(int id) {
        return member(id).port;
    }

    @Override
    public Set<GroupProtocol> supportedGroupProtocols() {
        return Set.of(GroupProtocol.values());
    }

    @Override
    public String clusterId() {
        return CLUSTER_ID;
    }

    @Override
    public Type type() {
        return type;
    }

    @Override
    public ClusterConfig config() {
        return config;
    }

    @Override
    public ListenerName clientListener() {
        return config.brokerListenerName();
    }

    @Override
    public Optional<FaultHandlerException> firstFatalException() {
        return Optional.empty();
    }

    @Override
    public Optional<FaultHandlerException> firstNonFatalException() {
        return Optional.empty();
    }

    @Override
    public Map<Integer, ControllerServer> controllers() {
        throw noController();
    }

    @Override
    public Set<Integer> controllerIds() {
        throw noController();
    }

    @Override
    public ListenerName controllerListenerName() {
        throw noController();
    }

    @Override
    public String bootstrapControllers() {
        throw noController();
    }

    private static UnsupportedOperationException noController() {
        return new UnsupportedOperationException("the cluster has no controllers");
    }
}
