package io.s3stream.kafka.acceptance;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import kafka.server.KafkaBroker;

/**
 * Shows a broker of ours under the type of Kafka's. A test can stop it, start it and ask for its port. Any other call fails the
 * test, because it reaches into the parts of Kafka's broker.
 */
record BrokerFace(StoreCluster cluster, int id) implements InvocationHandler {

    static KafkaBroker of(StoreCluster cluster, int id) {
        return (KafkaBroker) Proxy.newProxyInstance(
                KafkaBroker.class.getClassLoader(), new Class<?>[] {KafkaBroker.class}, new BrokerFace(cluster, id));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "isShutdown" -> cluster.isShutdown(id);
            case "boundPort" -> cluster.port(id);
            case "clusterId" -> cluster.clusterId();
            case "startup" -> {
                cluster.startBroker(id);
                yield null;
            }
            case "shutdown", "awaitShutdown" -> {
                cluster.shutdownBroker(id);
                yield null;
            }
            case "toString" -> "broker " + id;
            case "hashCode" -> id;
            case "equals" -> proxy == arguments[0];
            default ->
                throw new UnsupportedOperationException(
                        "the test reaches into a broker: KafkaBroker." + method.getName());
        };
    }
}
