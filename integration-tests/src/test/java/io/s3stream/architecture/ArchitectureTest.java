package io.s3stream.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameEndingWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.NullMarked;

/** The dependencies between modules and packages, and the operations that the engine must not perform itself. */
@AnalyzeClasses(packages = "io.s3stream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] ENGINE = {
        "io.s3stream.core..", "io.s3stream.wal..", "io.s3stream.layout..", "io.s3stream.storage.."
    };

    @ArchTest
    static final ArchRule theApiShowsNoOtherLibrarysTypes = noClasses()
            .that()
            .resideInAPackage("io.s3stream.api..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "software.amazon..", "com.github..", "org.jctools..", "org.slf4j..");

    @ArchTest
    static final ArchRule theApiKnowsNeitherLayoutNorEngine = noClasses()
            .that()
            .resideInAnyPackage("io.s3stream.api..", "io.s3stream.spi..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINE);

    @ArchTest
    static final ArchRule theLayoutIsPure = classes()
            .that()
            .resideInAPackage("io.s3stream.layout..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.s3stream.layout..", "io.s3stream.api.errors..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule walsSeeOnlyApiAndLayout = noClasses()
            .that()
            .resideInAPackage("io.s3stream.wal..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.s3stream.core..");

    @ArchTest
    static final ArchRule theEngineNamesNoWal = noClasses()
            .that()
            .resideInAPackage("io.s3stream.core..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.s3stream.wal..");

    @ArchTest
    static final ArchRule registersSeeOnlyTheApi = noClasses()
            .that()
            .resideInAPackage("io.s3stream.register..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINE);

    @ArchTest
    static final ArchRule onlyARegisterKnowsItsDatabase = noClasses()
            .that()
            .resideOutsideOfPackage("io.s3stream.register..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.s3stream.register..", "org.postgresql..", "java.sql..", "javax.sql..");

    @ArchTest
    static final ArchRule onlyOnePackageKnowsTheAwsSdk = noClasses()
            .that()
            .resideOutsideOfPackage("io.s3stream.storage.s3..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule objectStoragesSeeOnlyTheApi = noClasses()
            .that()
            .resideInAPackage("io.s3stream.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.s3stream.core..", "io.s3stream.wal..", "io.s3stream.layout..");

    @ArchTest
    static final ArchRule theEngineNamesNoProviderOfObjectStorage = noClasses()
            .that()
            .resideInAnyPackage("io.s3stream.core..", "io.s3stream.wal..", "io.s3stream.layout..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.s3stream.storage..");

    @ArchTest
    static final ArchRule theMetadataStateIsPure = classes()
            .that()
            .resideInAPackage("io.s3stream.core.metadata.state..")
            .should()
            .onlyDependOnClassesThat(DescribedPredicate.describe(
                    "entities, commands and java.*, without I/O, threads and clocks",
                    (com.tngtech.archunit.core.domain.JavaClass type) -> isPure(type.getPackageName())
                            || type.getPackageName().equals("java.util.concurrent")
                                    && type.getSimpleName().startsWith("Concurrent")
                            || type.isEquivalentTo(java.util.concurrent.atomic.AtomicReferenceArray.class)));

    private static boolean isPure(String name) {
        return name.startsWith("io.s3stream.core.metadata") && !name.startsWith("io.s3stream.core.metadata.log")
                || name.equals("io.s3stream.core.bytes")
                || name.equals("io.s3stream.layout")
                || name.startsWith("io.s3stream.api")
                || name.equals("io.s3stream.spi.wal")
                || name.equals("java.lang")
                || name.startsWith("java.lang.invoke")
                || name.equals("java.lang.runtime")
                || name.equals("java.util")
                || name.equals("java.util.function")
                || name.equals("java.util.stream")
                || name.equals("java.nio")
                || name.equals("java.net")
                || name.startsWith("org.jspecify");
    }

    @ArchTest
    static final ArchRule metricsKnowNoPartOfTheEngine = classes()
            .that()
            .resideInAPackage("io.s3stream.core.metrics..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.s3stream.core.metrics..",
                    "io.s3stream.spi.metrics..",
                    "java..",
                    "org.jspecify..",
                    "org.slf4j..");

    @ArchTest
    static final ArchRule adaptersOfMetricsSeeOnlyTheSpi = noClasses()
            .that()
            .resideInAPackage("io.s3stream.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ENGINE);

    @ArchTest
    static final ArchRule onlyAnAdapterKnowsItsVendor = noClasses()
            .that()
            .resideOutsideOfPackage("io.s3stream.metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.opentelemetry..");

    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching("io.s3stream.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule lowerPartsOfTheEngineDoNotKnowHigherOnes = noClasses()
            .that()
            .resideInAnyPackage("io.s3stream.core.memory..", "io.s3stream.core.runtime..", "io.s3stream.core.storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.s3stream.core.append..",
                    "io.s3stream.core.cache..",
                    "io.s3stream.core.metadata..",
                    "io.s3stream.core.read..",
                    "io.s3stream.core.recovery..",
                    "io.s3stream.core.upload..");

    @ArchTest
    static final ArchRule noClockInTheEngine = noClasses()
            .that()
            .resideInAnyPackage(ENGINE)
            .and()
            .resideOutsideOfPackage("io.s3stream.core.runtime..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethodWhere(DescribedPredicate.describe(
                    "now() of java.time",
                    (JavaMethodCall call) ->
                            call.getTargetOwner().getPackageName().equals("java.time")
                                    && call.getName().equals("now")));

    @ArchTest
    static final ArchRule noThreadInTheEngine = noClasses()
            .that()
            .resideInAnyPackage(ENGINE)
            .and()
            .resideOutsideOfPackage("io.s3stream.core.runtime..")
            .should()
            .callConstructorWhere(target(owner(DescribedPredicate.describe(
                    "a thread or a pool",
                    type -> type.isAssignableTo(Thread.class)
                            || type.isAssignableTo(java.util.concurrent.ThreadPoolExecutor.class)))))
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ForkJoinPool.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.util.concurrent.Executors.class);

    @ArchTest
    static final ArchRule noAsyncWithoutAnExecutor = noClasses()
            .that()
            .resideInAPackage("io.s3stream..")
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "…Async of a future without an executor",
                    (JavaMethodCall call) -> call.getTargetOwner().isAssignableTo(CompletableFuture.class)
                            && nameEndingWith("Async").test(call.getTarget())
                            && call.getTarget().getRawParameterTypes().stream()
                                    .noneMatch(type -> type.isAssignableTo(Executor.class))));

    @ArchTest
    static final ArchRule noMutableStatics = fields().that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("io.s3stream..")
            .and()
            .doNotHaveName("$assertionsDisabled")
            .should()
            .beFinal();

    @ArchTest
    static final ArchRule constructorsTakeAtMostSevenParameters = constructors()
            .that()
            .areDeclaredInClassesThat(
                    DescribedPredicate.describe("are not records or enums", type -> !type.isRecord() && !type.isEnum()))
            .should(new ArchCondition<>("take at most 7 parameters") {
                @Override
                public void check(JavaConstructor constructor, ConditionEvents events) {
                    int parameters = constructor.getRawParameterTypes().size();
                    if (parameters > 7 && !constructor.getOwner().isAnonymousClass()) {
                        events.add(SimpleConditionEvent.violated(
                                constructor, constructor.getFullName() + " takes " + parameters));
                    }
                }
            });

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes()
            .that()
            .resideInAnyPackage("io.s3stream..")
            .should(new ArchCondition<>("be in a package with a package-info that is @NullMarked") {
                @Override
                public void check(com.tngtech.archunit.core.domain.JavaClass type, ConditionEvents events) {
                    if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
                        events.add(SimpleConditionEvent.violated(type, type.getPackageName() + " is not"));
                    }
                }
            });
}
