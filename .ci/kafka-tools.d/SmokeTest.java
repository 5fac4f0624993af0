import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.streams.tests.SmokeTestDriver;

/**
 * The driver of the smoke test of Kafka Streams: {@code SmokeTest BOOTSTRAP KEYS RECORDS_PER_KEY SECONDS}. Creates the topics,
 * writes numbers for that time, and verifies the results of the client. Prints a line after each step. Exits with 1 when the
 * results are wrong.
 */
class SmokeTest {

    public static void main(String[] arguments) throws Exception {
        String bootstrap = arguments[0];
        int keys = Integer.parseInt(arguments[1]);
        int recordsPerKey = Integer.parseInt(arguments[2]);
        Duration duration = Duration.ofSeconds(Long.parseLong(arguments[3]));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(Stream.of(SmokeTestDriver.topics())
                            .map(topic -> new NewTopic(topic, 5, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        System.out.println("topics are created");
        Map<String, Set<Integer>> data = SmokeTestDriver.generate(bootstrap, keys, recordsPerKey, duration);
        System.out.println("numbers are written");
        var result = SmokeTestDriver.verify(bootstrap, data, recordsPerKey, true);
        System.out.println(result.passed() ? "verified" : "verification failed: " + result.result());
        System.exit(result.passed() ? 0 : 1);
    }
}
