package io.s3stream.core.metadata.state;

import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommittedPosition;
import io.s3stream.core.metadata.CompactedObject;
import io.s3stream.core.metadata.CompactedObject.CompactedRange;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.core.metadata.UploadedObject.UploadedRange;
import io.s3stream.spi.wal.WalDescriptor;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Commands of node 1 with texts and numbers that no sensible caller passes. The constructors of some refuse the values.
 */
final class HostileCommands {

    private static final String[] TEXTS = {
        "",
        "a",
        "a\ud800b",
        "a\ud801b",
        "a?b",
        "\udc00",
        "\ud800",
        "\udbff\udfff",
        "a\u0000b",
        "a\u0085b",
        "\ufffd",
        "name",
        "é".repeat(512),
        "é".repeat(513),
        "x".repeat(1024),
        "x".repeat(1025),
        "x".repeat(70_000),
        null
    };

    private static final long[] NUMBERS = {
        0,
        1,
        2,
        3,
        -1,
        -2,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 1,
        Long.MIN_VALUE,
        1L << 62,
        (1L << 62) - 1,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE
    };

    private final Random random;

    HostileCommands(Random random) {
        this.random = random;
    }

    /** A command, or nothing if its own constructor refuses the values. */
    Optional<Command> next() {
        Supplier<Command> command = switch (random.nextInt(19)) {
            case 0 -> () -> new Command.OpenGeneration(1, 1, descriptor(), number());
            case 1 -> () -> new Command.SealGeneration(1, 1, number(), number());
            case 2 -> () -> new Command.RemoveGeneration(1, 1, number());
            case 3 -> () -> new Command.OpenStream(1, 1, number(), number());
            case 4 ->
                () -> new Command.CloseStream(
                        1,
                        1,
                        number(),
                        number(),
                        number(),
                        random.nextBoolean() ? Optional.of(uploaded()) : Optional.empty());
            case 5 -> () -> new Command.DeleteStream(1, 1, number());
            case 6 -> () -> new Command.TrimStream(1, 1, number(), number());
            case 7 ->
                () -> new Command.CommitUpload(
                        1,
                        1,
                        number(),
                        new CommittedPosition(number(), number(), number(), (int) number()),
                        many(this::uploaded),
                        random.nextBoolean());
            case 8 -> () -> new Command.CommitCompaction(1, 1, many(this::compacted));
            case 9 -> () -> new Command.RemoveObjects(1, 1, many(this::number));
            case 10 -> () -> new Command.UpdateTags(1, 1, number(), tags(), tags());
            case 11 -> () -> new Command.SealStream(1, 1, number(), number(), number());
            case 12 -> () -> new Command.RemoveNode(1, 1, (int) number());
            case 13 -> () -> new Command.SetNodeTags(1, 1, tags());
            case 14 -> () -> new Command.RenameStream(1, 1, number(), text(), text());
            case 15 ->
                () -> new Command.CommitChanges(
                        1,
                        1,
                        many(() -> random.nextBoolean()
                                ? new Command.CreateStream(1, 1, text(), tags())
                                : new Command.RenameStream(1, 1, number(), text(), text())));
            case 16 -> () -> new Command.CommitRewrite(1, 1, number(), number(), compacted());
            default -> () -> new Command.CreateStream(1, 1, text(), tags());
        };
        try {
            return Optional.of(command.get());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private Map<String, String> tags() {
        return switch (random.nextInt(4)) {
            case 0 -> Map.of(text(), text());
            case 1 -> Map.of("k", text());
            default -> Map.of();
        };
    }

    private long number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private <T> List<T> many(Supplier<T> one) {
        List<T> some = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            some.add(one.get());
        }
        return some;
    }

    private UploadedObject uploaded() {
        return new UploadedObject(
                text(),
                number(),
                many(() -> new UploadedRange(number(), number(), number(), number(), number(), number())));
    }

    private CompactedObject compacted() {
        return new CompactedObject(
                text(),
                number(),
                many(() -> new CompactedRange(number(), number(), number(), number(), number(), many(this::number))));
    }

    private WalDescriptor descriptor() {
        return new WalDescriptor(
                URI.create("block:///wal"), number(), number(), 4096, 1 << 20, 4, 4 << 20, number(), tags());
    }
}
