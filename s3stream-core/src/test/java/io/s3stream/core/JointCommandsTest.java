package io.s3stream.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.StorageException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.CommandResult.Accepted;
import io.s3stream.core.metadata.CommandResult.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class JointCommandsTest {

    private final List<List<Command>> submitted = new ArrayList<>();
    private final CompletableFuture<List<CommandResult>> results = new CompletableFuture<>();
    private final JointCommands joint = new JointCommands(commands -> {
        submitted.add(commands);
        return results;
    });

    private static Command command(long stream) {
        return new Command.OpenStream(1, 1, stream, 0);
    }

    @Test
    void commandsAreSubmittedTogether() {
        CompletableFuture<Accepted> first = joint.add(command(1));
        CompletableFuture<Accepted> second = joint.add(command(2));
        assertThat(submitted).isEmpty();

        joint.send();

        assertThat(submitted).containsExactly(List.of(command(1), command(2)));
        results.complete(List.of(new Accepted(7, List.of()), new Refused(Kind.CONFLICT, "refused")));
        assertThat(first.join().value()).isEqualTo(7);
        assertThatThrownBy(second::join).hasCauseInstanceOf(ConflictException.class);
    }

    /** A command that follows the close of a handle comes after the others were sent. */
    @Test
    void lateCommandIsSubmittedAtOnce() {
        joint.send();
        joint.add(command(1));

        assertThat(submitted).containsExactly(List.of(command(1)));
    }

    @Test
    void batchesOfTheClientAreNotExceeded() {
        for (int i = 0; i < 2500; i++) {
            joint.add(command(i));
        }
        joint.send();

        assertThat(submitted).extracting(List::size).containsExactly(1000, 1000, 500);
    }

    @Test
    void failureReachesEachCall() {
        CompletableFuture<Accepted> call = joint.add(command(1));
        joint.send();
        results.completeExceptionally(new StorageException("lost"));

        assertThatThrownBy(call::join).hasCauseInstanceOf(StorageException.class);
    }

    @Test
    void aSubmissionThatThrowsFailsEachCommand() {
        OutOfMemoryError lack = new OutOfMemoryError("no memory");
        JointCommands joint = new JointCommands(commands -> {
            throw lack;
        });
        CompletableFuture<Accepted> held = joint.add(command(1));
        joint.send();
        CompletableFuture<Accepted> late = joint.add(command(2));
        assertThat(List.of(held, late))
                .allSatisfy(answer -> assertThatThrownBy(answer::join).hasCause(lack));
    }
}
