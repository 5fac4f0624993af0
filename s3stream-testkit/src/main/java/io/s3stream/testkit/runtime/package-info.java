/** Runtimes for tests. */
@NullMarked
package io.s3stream.testkit.runtime;

import org.jspecify.annotations.NullMarked;
