package io.s3stream.storage.s3.options;

import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.text.Units;
import io.s3stream.spi.storage.support.StorageUri;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The options that a URI may have, each with the method of the builder that takes its value. Stateless. */
final class UriOptions {

    private static final Map<String, BiConsumer<S3OptionsBuilder, String>> SETTERS = Map.ofEntries(
            Map.entry("region", S3OptionsBuilder::region),
            Map.entry("endpoint", (options, text) -> options.endpoint(Endpoints.parse("endpoint", text))),
            Map.entry("pathStyle", (options, text) -> options.pathStyle(flag("pathStyle", text))),
            Map.entry("allowHttp", (options, text) -> options.allowHttp(flag("allowHttp", text))),
            Map.entry(
                    "sse", (options, text) -> options.sse(oneOf("sse", text, Encryption.values(), Encryption::option))),
            Map.entry("kmsKeyId", S3OptionsBuilder::kmsKeyId),
            Map.entry("dataStorageClass", S3OptionsBuilder::dataStorageClass),
            Map.entry("metaStorageClass", S3OptionsBuilder::metaStorageClass),
            Map.entry("walStorageClass", S3OptionsBuilder::walStorageClass),
            Map.entry("requesterPays", (options, text) -> options.requesterPays(flag("requesterPays", text))),
            Map.entry(
                    "requestChecksums",
                    (options, text) -> options.requestChecksums(
                            oneOf("requestChecksums", text, Checksums.values(), Checksums::option))),
            Map.entry(
                    "responseChecksums",
                    (options, text) -> options.responseChecksums(
                            oneOf("responseChecksums", text, Checksums.values(), Checksums::option))),
            Map.entry(
                    "connectTimeout",
                    (options, text) -> options.connectTimeout(parsed("connectTimeout", text, Units::parseDuration))),
            Map.entry(
                    "readTimeout",
                    (options, text) -> options.readTimeout(parsed("readTimeout", text, Units::parseDuration))),
            Map.entry(
                    "callTimeout",
                    (options, text) -> options.callTimeout(parsed("callTimeout", text, Units::parseDuration))),
            Map.entry("retries", (options, text) -> options.retries(parsed("retries", text, UriOptions::number))),
            Map.entry("proxy", (options, text) -> options.proxy(Endpoints.parse("proxy", text))),
            Map.entry("caFile", (options, text) -> options.caFile(parsed("caFile", text, UriOptions::path))),
            Map.entry("fips", (options, text) -> options.fips(flag("fips", text))),
            Map.entry("dualStack", (options, text) -> options.dualStack(flag("dualStack", text))),
            Map.entry("unorderedListing", (options, text) -> options.unorderedListing(flag("unorderedListing", text))),
            Map.entry("unsafeSkipProbe", (options, text) -> options.unsafeSkipProbe(flag("unsafeSkipProbe", text))));

    private UriOptions() {}

    static Set<String> names() {
        return SETTERS.keySet();
    }

    /** Returns the options of the host, with those of the URI in their place. */
    static S3Options read(StorageUri uri, S3Options defaults) {
        S3OptionsBuilder options = defaults.toBuilder();
        SETTERS.forEach((name, setter) -> uri.option(name).ifPresent(text -> setter.accept(options, text)));
        return options.build();
    }

    private static boolean flag(String option, String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw S3OptionsBuilder.invalid(option, text, "write true or false");
        }
        return text.equals("true");
    }

    private static <T> T oneOf(String option, String text, T[] values, Function<T, String> name) {
        return Arrays.stream(values)
                .filter(value -> name.apply(value).equals(text))
                .findFirst()
                .orElseThrow(() -> S3OptionsBuilder.invalid(
                        option, text, "write " + Arrays.stream(values).map(name).collect(Collectors.joining(" or "))));
    }

    private static <T> T parsed(String option, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (InvalidRequestException e) {
            throw S3OptionsBuilder.invalid(option, text, "" + e.getMessage());
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new InvalidRequestException("write a whole number", e);
        }
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InvalidRequestException("write the path of a file of certificates in PEM format", e);
        }
    }
}
