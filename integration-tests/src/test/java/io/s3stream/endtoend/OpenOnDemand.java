package io.s3stream.endtoend;

import io.s3stream.api.RecordBatch;
import io.s3stream.api.Stream;
import io.s3stream.api.StreamStore;
import io.s3stream.api.errors.StreamException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;

/**
 * A process that executes commands line by line: {@code open DIRECTORY} opens a store there as node 0,
 * {@code append TEXT} appends to its stream {@code a} and uploads, {@code close} closes. It answers {@code done .} or
 * {@code failed KIND MESSAGE .}
 */
final class OpenOnDemand {

    private OpenOnDemand() {}

    public static void main(String[] args) throws IOException {
        System.out.println("ready .");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
        StreamStore store = null;
        Stream stream = null;
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            String[] words = line.split(" ", 2);
            try {
                switch (words[0]) {
                    case "open" -> {
                        store = Stores.open(Stores.in(Path.of(words[1])));
                        stream = null;
                    }
                    case "append" -> {
                        stream = stream == null ? Stores.own(store, "a") : stream;
                        Stores.get(stream.append(RecordBatch.of(words[1], 1)).durable());
                        Stores.get(stream.flush());
                    }
                    default -> Stores.close(store);
                }
                System.out.println("done .");
            } catch (StreamException e) {
                System.out.println("failed " + e.kind() + " " + e.getMessage() + " .");
            }
        }
    }
}
