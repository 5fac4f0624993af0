package io.s3stream.core.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.ConflictException;
import io.s3stream.api.errors.InvalidRequestException;
import io.s3stream.api.errors.StreamException.Kind;
import io.s3stream.core.metadata.Command;
import io.s3stream.core.metadata.CommandResult;
import io.s3stream.core.metadata.FixedMetadata;
import io.s3stream.core.metadata.UploadedObject;
import io.s3stream.layout.ObjectKeys;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KeysInFlightTest {

    private final KeysInFlight keys = new KeysInFlight(3, 7);

    @Test
    void keysBelongToNodeAndEpochAndAreUnique() {
        assertThat(List.of(keys.next(), keys.next()))
                .containsExactly(ObjectKeys.data(3, 7, 1), ObjectKeys.data(3, 7, 2));
    }

    @Test
    void keyIsReleasedOnlyWhenItsCommitIsResolved() {
        String key = keys.next();
        assertThat(keys.snapshot().isReleased(1)).isFalse();
        keys.release(List.of(key));
        assertThat(keys.snapshot().isReleased(1)).isTrue();
    }

    @Test
    void keyIssuedAfterSnapshotIsInFlightForIt() {
        KeysInFlight.Snapshot snapshot = keys.snapshot();
        keys.release(List.of(keys.next()));
        assertThat(snapshot.isReleased(1)).isFalse();
    }

    @Test
    void answeredCommitReleasesWhetherAcceptedOrRefused() {
        UploadedObject first = new UploadedObject(keys.next(), 1, List.of());
        UploadedObject second = new UploadedObject(keys.next(), 1, List.of());
        assertThat(commit(first, CompletableFuture.completedFuture(List.of(new CommandResult.Accepted(5, List.of()))))
                        .join()
                        .value())
                .isEqualTo(5);
        assertThatThrownBy(() -> commit(
                                second,
                                CompletableFuture.completedFuture(
                                        List.of(new CommandResult.Refused(Kind.CONFLICT, "no"))))
                        .join())
                .hasCauseInstanceOf(ConflictException.class);
        assertThat(keys.snapshot().inFlight()).isEmpty();
    }

    /** Holds for every kind of last failure: an earlier attempt may have taken effect, or may still do so. */
    @Test
    void commitWithoutAnswerReleasesNothing() {
        UploadedObject object = new UploadedObject(keys.next(), 1, List.of());
        assertThatThrownBy(() -> commit(
                                object, CompletableFuture.failedFuture(new InvalidRequestException("no permission")))
                        .join())
                .hasCauseInstanceOf(InvalidRequestException.class);
        assertThat(keys.snapshot().isReleased(1)).isFalse();
    }

    private CompletableFuture<CommandResult.Accepted> commit(
            UploadedObject object, CompletableFuture<List<CommandResult>> answer) {
        FixedMetadata metadata = new FixedMetadata(new FixedMetadata.View(0, List.of(), List.of())) {
            @Override
            public CompletableFuture<List<CommandResult>> submitAll(List<Command> commands) {
                return answer;
            }
        };
        return keys.commit(metadata, new Command.TrimStream(3, 7, 1, 0), List.of(object));
    }
}
