package io.s3stream.spi.storage;

/** The condition under which a put takes effect. */
public sealed interface PutCondition {

    /** Always. */
    record Always() implements PutCondition {}

    /** Only if there is no object of that key. */
    record IfAbsent() implements PutCondition {}

    /** Only if the present object has this version. */
    record IfVersion(String version) implements PutCondition {}

    PutCondition ALWAYS = new Always();
    PutCondition IF_ABSENT = new IfAbsent();

    static PutCondition ifVersion(String version) {
        return new IfVersion(version);
    }
}
