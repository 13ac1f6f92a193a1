package org.gradle.api.provider

public interface Provider<T>

public interface Property<T> : Provider<T> {
    public fun set(value: T?)
}
