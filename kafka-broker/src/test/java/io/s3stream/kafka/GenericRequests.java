package io.s3stream.kafka;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.DescribeAclsRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.utils.ImplicitLinkedHashMultiCollection;

/**
 * Makes requests without knowing the APIs: empty ones, and filled ones, in which each list has one element and each text
 * and topic id names the same topic. A field that a version lacks keeps its default.
 */
final class GenericRequests {

    /** Values of fields whose default Kafka's parser refuses. */
    private static final Map<String, Byte> CODES = Map.of(
            "setResourceType", ResourceType.TOPIC.code(),
            "setResourceTypeFilter", ResourceType.TOPIC.code(),
            "setResourcePatternType", PatternType.LITERAL.code(),
            "setPatternTypeFilter", PatternType.LITERAL.code(),
            "setOperation", AclOperation.READ.code(),
            "setPermissionType", AclPermissionType.ALLOW.code());

    private final String text;
    private final Uuid topicId;

    GenericRequests(String text, Uuid topicId) {
        this.text = text;
        this.topicId = topicId;
    }

    /** A request with the defaults of all fields, except values that Kafka's parser refuses. */
    static ApiMessage empty(ApiKeys key) {
        ApiMessage request = ApiMessageType.fromApiKey(key.id).newRequest();
        if (request instanceof DescribeAclsRequestData filter) {
            filter.setResourceTypeFilter(ResourceType.ANY.code())
                    .setPatternTypeFilter(PatternType.ANY.code())
                    .setOperation(AclOperation.ANY.code())
                    .setPermissionType(AclPermissionType.ANY.code());
        }
        return request;
    }

    /** A request without names: each list that can be null is null, which often stands for all resources. */
    static ApiMessage all(ApiKeys key, short version) {
        ApiMessage request = empty(key);
        for (Method setter : setters(request)) {
            Object present = call(request, getter(setter));
            if (present instanceof Collection) {
                call(request, setter, (Object) null);
                if (!isWritable(request, version)) {
                    call(request, setter, present);
                }
            }
        }
        return request;
    }

    ApiMessage filled(ApiKeys key, short version) {
        ApiMessage request = empty(key);
        fill(request, request, version);
        return request;
    }

    private void fill(Object part, Message request, short version) {
        for (Method setter : setters(part)) {
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

    private static List<Method> setters(Object part) {
        List<Method> setters = new ArrayList<>(List.of(part.getClass().getDeclaredMethods()));
        setters.removeIf(method -> !method.getName().startsWith("set") || method.getParameterCount() != 1);
        setters.sort(Comparator.comparing(Method::getName));
        return setters;
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
        if (type == byte.class && CODES.containsKey(setter.getName())) {
            return CODES.get(setter.getName());
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
        } catch (UnsupportedVersionException | NullPointerException e) {
            return false; // the version lacks the field, or it cannot be null
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
