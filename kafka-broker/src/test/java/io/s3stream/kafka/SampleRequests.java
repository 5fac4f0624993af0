package io.s3stream.kafka;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.utils.ImplicitLinkedHashMultiCollection;

/**
 * Makes requests without knowing the APIs: empty ones, and filled ones, in which each list has one element and each text
 * and topic id names the same topic. A field that a version lacks keeps its default.
 */
final class SampleRequests {

    private final String text;
    private final Uuid topicId;

    SampleRequests(String text, Uuid topicId) {
        this.text = text;
        this.topicId = topicId;
    }

    static ApiMessage empty(ApiKeys key) {
        return ApiMessageType.fromApiKey(key.id).newRequest();
    }

    ApiMessage filled(ApiKeys key, short version) {
        ApiMessage request = empty(key);
        fill(request, request, version);
        return request;
    }

    private void fill(Object part, Message request, short version) {
        List<Method> setters = new ArrayList<>(List.of(part.getClass().getDeclaredMethods()));
        setters.removeIf(method -> !method.getName().startsWith("set") || method.getParameterCount() != 1);
        setters.sort(Comparator.comparing(Method::getName));
        for (Method setter : setters) {
            Object present = call(part, getter(setter));
            Object sample = sample(setter, present);
            if (sample != null) {
                call(part, setter, sample);
                if (isWritable(request, version)) {
                    elements(sample).forEach(element -> fill(element, request, version));
                } else {
                    call(part, setter, present);
                }
            }
        }
    }

    private static Method getter(Method setter) {
        String name = setter.getName();
        try {
            return setter.getDeclaringClass().getMethod(Character.toLowerCase(name.charAt(3)) + name.substring(4));
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private Object sample(Method setter, Object present) {
        Class<?> type = setter.getParameterTypes()[0];
        if (type == String.class && "".equals(present)) {
            return text;
        }
        if (type == Uuid.class && setter.getName().contains("TopicId")) {
            return topicId;
        }
        if (type == List.class) {
            Type element = ((ParameterizedType) setter.getGenericParameterTypes()[0]).getActualTypeArguments()[0];
            List<Object> one = new ArrayList<>();
            one.add(element(element));
            return one;
        }
        if (ImplicitLinkedHashMultiCollection.class.isAssignableFrom(type)) {
            ParameterizedType collection = (ParameterizedType) type.getGenericSuperclass();
            return one(make(type), element(collection.getActualTypeArguments()[0]));
        }
        return null;
    }

    @SuppressWarnings("unchecked") // a collection of a generated class, and an element of its type
    private static <E extends org.apache.kafka.common.utils.ImplicitLinkedHashCollection.Element> Object one(
            Object collection, Object element) {
        ((ImplicitLinkedHashMultiCollection<E>) collection).add((E) element);
        return collection;
    }

    private Object element(Type type) {
        if (type == String.class) {
            return text;
        }
        if (type == Integer.class) {
            return 0;
        }
        if (type == Byte.class) {
            return (byte) 0;
        }
        if (type == Long.class) {
            return 0L;
        }
        return type == Uuid.class ? topicId : make((Class<?>) type);
    }

    private static Iterable<?> elements(Object sample) {
        if (sample instanceof Iterable<?> all) {
            List<Object> parts = new ArrayList<>();
            all.forEach(element -> {
                if (element instanceof Message) {
                    parts.add(element);
                }
            });
            return parts;
        }
        return List.of();
    }

    private static boolean isWritable(Message request, short version) {
        try {
            MessageUtil.toByteBufferAccessor(request, version);
            return true;
        } catch (UnsupportedVersionException e) {
            return false;
        }
    }

    private static Object make(Class<?> type) {
        try {
            return type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(type + " has no constructor without arguments", e);
        }
    }

    private static Object call(Object part, Method method, Object... arguments) {
        try {
            return method.invoke(part, arguments);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError(e);
        }
    }
}
