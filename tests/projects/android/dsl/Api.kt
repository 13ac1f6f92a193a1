// The part of Gradle's API that scripts name without importing it.
package org.gradle.api

public enum class JavaVersion { VERSION_1_8, VERSION_11, VERSION_17, VERSION_21 }

public interface NamedDomainObjectContainer<T> {
    public fun getByName(name: String): T
}

public interface Task

public interface Project
