package io.s3stream.kafka.acceptance;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import org.apache.kafka.clients.ClientsTestUtils;

/** The test classes in Kafka's jar. Stateless. */
final class KafkaTestClasses {

    private KafkaTestClasses() {}

    /** Full names by simple names. */
    static Map<String, String> all() throws IOException {
        String known = ClientsTestUtils.class.getName().replace('.', '/') + ".class";
        URL url = ClientsTestUtils.class.getClassLoader().getResource(known);
        if (url == null || !(url.openConnection() instanceof JarURLConnection connection)) {
            throw new IOException("Kafka's tests are not in a jar: " + url);
        }
        Map<String, String> classes = new TreeMap<>();
        try (JarFile jar = new JarFile(connection.getJarFile().getName())) {
            jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith("Test.class"))
                    .forEach(name -> {
                        String full = name.substring(0, name.length() - ".class".length())
                                .replace('/', '.');
                        classes.put(full.substring(full.lastIndexOf('.') + 1), full);
                    });
        }
        return classes;
    }

    /** The methods of a class with a name, in the form that JUnit selects. */
    static List<String> methods(String className, String name) {
        try {
            List<String> methods = Arrays.stream(Class.forName(className).getDeclaredMethods())
                    .filter(method -> method.getName().equals(name))
                    .map(KafkaTestClasses::signature)
                    .toList();
            if (methods.isEmpty()) {
                throw new IllegalArgumentException(className + " has no method " + name);
            }
            return methods;
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException(className + " cannot be loaded", e);
        }
    }

    private static String signature(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getName)
                        .collect(java.util.stream.Collectors.joining(",", "(", ")"));
    }
}
