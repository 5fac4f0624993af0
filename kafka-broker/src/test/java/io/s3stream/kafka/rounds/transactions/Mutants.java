package io.s3stream.kafka.rounds.transactions;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program: {@code Mutants DIRECTORY WAL [SEED]}. Runs rounds against each {@link Mutant} until the checker reports a
 * finding. Exits with 1 if it finds none in some rounds. Runs in the directory of the project.
 */
public final class Mutants {

    private static final int MAX_GROUPS = 12;

    private Mutants() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime();
        List<String> survivors = new ArrayList<>();
        int number = 0;
        for (Mutant mutant : Mutant.all().toList()) {
            Path place = Files.createDirectories(directory.resolve("mutant-" + number++));
            if (!isFound(mutant, place, arguments[1], seed)) {
                survivors.add(mutant.name());
            }
        }
        System.out.println(number + " mutants; not found: " + survivors);
        System.exit(survivors.isEmpty() ? 0 : 1);
    }

    private static boolean isFound(Mutant mutant, Path place, String wal, long seed)
            throws IOException, InterruptedException {
        System.out.println("mutant without the rule: " + mutant.name());
        Path classes = Files.createDirectories(place.resolve("classes"));
        mutant.compile(classes);
        String classPath = classes + File.pathSeparator + System.getProperty("java.class.path");
        String storage = place.resolve("objects").toUri().toString();
        try (Servers servers = new Servers(storage, wal, classPath, place);
                TransactionRounds rounds = new TransactionRounds(servers, place, seed)) {
            for (int group = 0; group < MAX_GROUPS && rounds.findings() == 0; group++) {
                servers.awaitReady();
                rounds.group(mutant.fault());
            }
            System.out.println("  " + rounds.findings() + " rounds with findings: " + rounds.anomalies());
            return rounds.findings() > 0;
        }
    }
}
