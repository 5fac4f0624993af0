package io.s3stream.kafka.cluster.simulation;

import io.s3stream.api.StreamStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Passes the calls to a store on. A checker observes some of them, and a mutant changes some. */
final class StoreCalls {

    private StoreCalls() {}

    /** Answers some calls. */
    interface Interceptor {

        /**
         * Answers a call, or returns {@link #PASS} to pass it on.
         *
         * @param arguments of the call, which the interceptor may change
         */
        @Nullable
        Object call(String method, Object[] arguments);

        /** Returns the answer to a call that was passed on, mostly its result. */
        default @Nullable Object answered(String method, Object[] arguments, @Nullable Object result) {
            return result;
        }
    }

    /** The result of an interceptor that passes the call on. */
    static final Object PASS = new Object();

    static StreamStore intercepted(StreamStore store, Interceptor interceptor) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            Object answer = interceptor.call(method.getName(), arguments);
            if (answer != PASS) {
                return answer;
            }
            Object result = invoke(store, method, arguments);
            return interceptor.answered(method.getName(), arguments, result);
        };
        return (StreamStore)
                Proxy.newProxyInstance(StreamStore.class.getClassLoader(), new Class<?>[] {StreamStore.class}, handler);
    }

    private static @Nullable Object invoke(StreamStore store, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
