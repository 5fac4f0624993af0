/**
 * Contract suites for object storages and registers: whoever writes one extends the suite and inherits its tests.
 */
@NullMarked
package io.s3stream.testkit.storage;

import org.jspecify.annotations.NullMarked;
