/**
 * Rules of the append path: pure decisions, each in a class of its own, so that a test can break one and show that the
 * break is noticed. Start with {@code OffsetRule}.
 */
@NullMarked
package io.s3stream.core.append.rules;

import org.jspecify.annotations.NullMarked;
