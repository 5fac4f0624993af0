package io.s3stream.core.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.s3stream.api.errors.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallerAnswersTest {

    private final CallerAnswers answers = new CallerAnswers(Runnable::run);
    private final List<@Nullable String> over = new ArrayList<>();

    /** Another thread completes it directly after the first question. */
    private static final class CompletedOnceAsked extends CompletableFuture<String> {

        private final @Nullable Throwable failure;

        CompletedOnceAsked(@Nullable Throwable failure) {
            this.failure = failure;
        }

        @Override
        public boolean isDone() {
            boolean done = super.isDone();
            if (failure == null) {
                complete("value");
            } else {
                completeExceptionally(failure);
            }
            return done;
        }
    }

    @Test
    void effectThatCompletesDuringTheCallIsItsAnswer() throws Exception {
        assertThat(answers.of(new CompletedOnceAsked(null), over::add).get()).isEqualTo("value");
        assertThat(over).containsExactly((String) null);
    }

    @Test
    void effectThatFailsDuringTheCallFailsItsAnswer() {
        StorageException failure = new StorageException("no answer", new RuntimeException());
        CompletableFuture<String> answer = answers.of(new CompletedOnceAsked(failure), over::add);
        assertThatThrownBy(answer::get).isInstanceOf(ExecutionException.class).hasCause(failure);
        assertThat(over).containsExactly((String) null);
    }
}
