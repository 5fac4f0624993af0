package io.s3stream.layout;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.s3stream.api.errors.CorruptedDataException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;

/** Assertions about refusals. */
final class Failures {

    private Failures() {}

    static ThrowableAssertAlternative<CorruptedDataException> assertCorrupted(ThrowingCallable decoder) {
        return assertThatExceptionOfType(CorruptedDataException.class).isThrownBy(decoder);
    }
}
