package io.s3stream.core.register;

/** The purpose of opening a register: whether it may create a store, and over what content of the bucket. */
public enum RegisterUse {
    /** By a node: may create a store in an empty place. */
    STORE,
    /** By a rebuild: may create a store over the objects of a store whose metadata are lost. */
    REBUILD,
    /** By a tool that only reads: writes nothing. */
    LOOK
}
