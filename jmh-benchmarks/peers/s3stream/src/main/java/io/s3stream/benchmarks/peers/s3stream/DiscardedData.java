package io.s3stream.benchmarks.peers.s3stream;

import io.s3stream.spi.storage.MultipartUpload;
import io.s3stream.spi.storage.ObjectBody;
import io.s3stream.spi.storage.ObjectStorage;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Stores one byte for each data object, and all other objects unchanged. A dynamic proxy does, since uploads are large
 * and few.
 */
final class DiscardedData {

    private static final String DATA = "data/";
    private static final ObjectBody ONE_BYTE = ObjectBody.of(new byte[1]);

    private DiscardedData() {}

    static ObjectStorage over(ObjectStorage storage) {
        return proxy(ObjectStorage.class, (proxy, method, arguments) -> {
            if (method.getName().equals("put") && ((String) arguments[0]).startsWith(DATA)) {
                arguments[1] = ONE_BYTE;
            }
            Object result = invoke(method, storage, arguments);
            return method.getName().equals("createMultipart") && result instanceof CompletableFuture<?> upload
                    ? upload.thenApply(begun -> over((MultipartUpload) begun))
                    : result;
        });
    }

    private static MultipartUpload over(MultipartUpload upload) {
        return proxy(MultipartUpload.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "part", "copyPart" -> upload.part((int) arguments[0], ONE_BYTE);
            default -> invoke(method, upload, arguments);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(DiscardedData.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object invoke(Method method, Object target, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
