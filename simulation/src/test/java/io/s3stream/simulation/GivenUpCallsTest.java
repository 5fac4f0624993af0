package io.s3stream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.s3stream.api.AppendResult;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamReader;
import io.s3stream.api.StreamStore;
import io.s3stream.api.StreamStoreBuilder;
import io.s3stream.api.StreamStoreProvider;
import io.s3stream.api.retention.RetentionPolicy;
import io.s3stream.simulation.world.SimEngine;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A caller cancels, completes or obtrudes a future of the store. The call keeps its effect [R43]. */
class GivenUpCallsTest {

    /** The builder's calls are those of the provider. */
    private static final List<Class<?>> WITH_FUTURES = List.of(
            StreamStore.class,
            StreamReader.class,
            Stream.class,
            AppendResult.class,
            RetentionPolicy.class,
            StreamStoreProvider.class);

    static Set<String> calls() {
        return new GivenUpCalls().all().keySet();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void effectIsIndependentOfCaller(String call) {
        for (long seed = 1; seed <= 3; seed++) {
            new GivenUpScenario(seed, SimEngine::new).run(call);
        }
    }

    @Test
    void eachTypeThatReturnsFuturesIsCovered() {
        Set<Class<?>> found = new ClassFileImporter()
                .importPackages("io.s3stream.api").stream()
                        .<Class<?>>map(JavaClass::reflect)
                        .filter(type -> Modifier.isPublic(type.getModifiers()))
                        .filter(type -> !namesOf(List.of(type)).isEmpty())
                        .filter(type -> type != StreamStoreBuilder.class)
                        .collect(Collectors.toSet());
        assertThat(found).containsExactlyInAnyOrderElementsOf(WITH_FUTURES);
    }

    @Test
    void eachCallThatReturnsFutureIsTried() {
        assertThat(calls()).containsExactlyInAnyOrderElementsOf(namesOf(WITH_FUTURES));
        Set<String> ofProvider = namesOf(List.of(StreamStoreProvider.class)).stream()
                .map(name -> name.substring(name.indexOf('.') + 1))
                .collect(Collectors.toSet());
        assertThat(namesOf(List.of(StreamStoreBuilder.class)))
                .as("calls of the builder")
                .allSatisfy(name -> assertThat(ofProvider)
                        .contains(name.substring(name.indexOf('.') + 1).replace("Async", "")));
    }

    private static Set<String> namesOf(List<Class<?>> types) {
        Set<String> names = new TreeSet<>();
        for (Class<?> type : types) {
            for (Method method : type.getMethods()) {
                boolean ours = method.getDeclaringClass() == type && !Modifier.isStatic(method.getModifiers());
                if (ours && CompletionStage.class.isAssignableFrom(method.getReturnType())) {
                    names.add(type.getSimpleName() + "." + method.getName());
                }
            }
        }
        return names;
    }
}
